using System.Buffers;
using System.Globalization;
using System.Text;

namespace CustomerProfiles;

/// <summary>
/// Characters that cannot be seen: zero-width spaces, soft hyphens, byte order marks, direction marks. They come with
/// copied text, tell nobody anything, and make two spellings of what looks the same.
/// </summary>
/// <remarks>
/// Some are part of how a word is written, and stay where they do their work: the joiners (ZWJ, ZWNJ) beside letters of
/// scripts that join, as in Persian, Hindi and Malayalam, and between emoji; the tags of a flag; a variation selector
/// behind what it selects; a grapheme joiner before a combining mark.
/// </remarks>
internal static class InvisibleText
{
    private const char NonJoiner = '\u200c';
    private const char Joiner = '\u200d';
    private const char GraphemeJoiner = '\u034f';
    private const char VowelSeparator = '\u180e';
    private const char KeycapMark = '\u20e3';

    /// <summary>The high surrogate of tags and of the variation selectors for ideographs.</summary>
    private const char SupplementHigh = '\udb40';

    private const string Marks =
        "\u00ad\u061c\u200b\u200e\u200f\u2060\u2061\u2062\u2063\u2064\u2065\u206a\u206b\u206c\u206d\u206e\u206f\ufeff\ufff9\ufffa\ufffb";

    private const string DependOnPlace = "\u034f\u180e\u200c\u200d\udb40";
    private const string Selectors =
        "\ufe00\ufe01\ufe02\ufe03\ufe04\ufe05\ufe06\ufe07\ufe08\ufe09\ufe0a\ufe0b\ufe0c\ufe0d\ufe0e\ufe0f";

    // In text these are errors to tell an agent of, and blanks that somebody may want; in an address they can only be
    // dirt.
    private const string DirtInAddresses =
        "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u115f\u1160\u3164\uffa0";

    private static readonly SearchValues<char> InText = SearchValues.Create(Marks + DependOnPlace + Selectors);
    private static readonly SearchValues<char> InAddress = SearchValues.Create(
        Marks + DependOnPlace + Selectors + DirtInAddresses
    );
    private static readonly SearchValues<char> InSelectors = SearchValues.Create(Selectors);

    /// <summary>
    /// The scripts whose letters change shape beside a joiner, as first and last code point of the blocks.
    /// </summary>
    private static readonly (int First, int Last)[] JoiningScripts =
    [
        (0x0600, 0x0dff), // Arabic, Syriac, N'Ko, Mandaic, and the scripts of India and Sri Lanka
        (0x0f00, 0x109f), // Tibetan, Myanmar
        (0x1700, 0x18af), // Philippine scripts, Khmer, Mongolian
        (0x1900, 0x1cff), // Limbu, Tai, Buginese, Balinese, Sundanese, Batak, Lepcha, Vedic signs
        (0xa800, 0xabff), // Syloti Nagri, Phags-pa, Saurashtra, Javanese, Cham, Meetei Mayek
        (0xfb50, 0xfdff), // Arabic presentation forms
        (0xfe70, 0xfefc),
        (0x10800, 0x11fff), // further scripts written from right to left, and of India
        (0x1e900, 0x1eeff), // Adlam, Arabic mathematical letters
    ];

    /// <summary>Whether the text has any character that may have to go.</summary>
    public static bool IsIn(ReadOnlySpan<char> text) => text.ContainsAny(InText);

    /// <summary>The same for an address.</summary>
    public static bool IsInAddress(ReadOnlySpan<char> text) => text.ContainsAny(InAddress);

    /// <summary>
    /// The text without what cannot be seen and does no work; the same string when there is nothing of it.
    /// </summary>
    public static string Remove(string text) => IsIn(text) ? Without(text, InText) : text;

    /// <summary>
    /// An address without it. Also goes what reorders text, and the fillers of Hangul, which show as nothing.
    /// </summary>
    public static string RemoveFromAddress(ReadOnlySpan<char> text) => Without(text, InAddress);

    /// <summary>
    /// Looks at each stretch of invisible characters once, and keeps of it the one that does its work between what
    /// stands around it.
    /// </summary>
    private static string Without(ReadOnlySpan<char> text, SearchValues<char> candidates)
    {
        var kept = new StringBuilder(text.Length);
        while (text.IndexOfAny(candidates) is >= 0 and var start)
        {
            kept.Append(text[..start]);
            text = text[start..];
            var length = text.IndexOfAnyExcept(candidates);
            length = length < 0 ? text.Length : length;

            // The low surrogate after a high one belongs to the stretch.
            while (text[length - 1] == SupplementHigh && length < text.Length && char.IsLowSurrogate(text[length]))
            {
                length++;
                var more = text[length..].IndexOfAnyExcept(candidates);
                length = more < 0 ? text.Length : length + more;
            }

            Keep(kept, text[..length], text[length..]);
            text = text[length..];
        }

        return kept.Append(text).ToString();
    }

    private static void Keep(StringBuilder kept, ReadOnlySpan<char> stretch, ReadOnlySpan<char> next)
    {
        if (LastOf(kept) is not { } before)
        {
            return;
        }

        // Half of a surrogate pair is not a neighbour: it is removed, or joined with its other half after this stretch.
        var hasAfter = Rune.DecodeFromUtf16(next, out var after, out _) == OperationStatus.Done;
        if (before.Value == 0x1f3f4 && IsTagsOfFlag(stretch))
        {
            kept.Append(stretch);
            return;
        }

        // A selector comes first, because it belongs to the character before it; of the rest at most one has an effect.
        if (
            SelectorAtStart(stretch) is { Length: > 0 } selector
            && (!before.IsAscii || (hasAfter && after.Value == KeycapMark))
        )
        {
            kept.Append(selector);
            stretch = stretch[selector.Length..];
        }

        foreach (var c in stretch)
        {
            var works = c switch
            {
                Joiner => Joins(before) || (hasAfter && IsEmoji(before) && IsEmoji(after)),
                NonJoiner => Joins(before) && hasAfter && Joins(after),
                GraphemeJoiner => hasAfter && Rune.GetUnicodeCategory(after) == UnicodeCategory.NonSpacingMark,
                VowelSeparator => IsMongolian(before) && hasAfter && IsMongolian(after),
                _ => false,
            };
            if (works)
            {
                kept.Append(c);
                return;
            }
        }
    }

    private static Rune? LastOf(StringBuilder kept) =>
        kept.Length switch
        {
            0 => null,
            > 1 when char.IsSurrogatePair(kept[^2], kept[^1]) => new Rune(kept[^2], kept[^1]),
            _ => Rune.TryCreate(kept[^1], out var rune) ? rune : null,
        };

    private static ReadOnlySpan<char> SelectorAtStart(ReadOnlySpan<char> stretch) =>
        InSelectors.Contains(stretch[0]) ? stretch[..1]
        : stretch.Length > 1 && stretch[0] == SupplementHigh && stretch[1] is >= '\udd00' and <= '\uddef' ? stretch[..2]
        : [];

    /// <summary>The tags of a flag, as of Scotland: up to six letters and digits, and the tag that ends them.</summary>
    private static bool IsTagsOfFlag(ReadOnlySpan<char> stretch)
    {
        if (stretch.Length is < 4 or > 14 || stretch.Length % 2 != 0)
        {
            return false;
        }

        for (var i = 0; i < stretch.Length; i += 2)
        {
            var isLast = i == stretch.Length - 2;
            if (
                stretch[i] != SupplementHigh
                || (isLast ? stretch[i + 1] != '\udc7f' : stretch[i + 1] is < '\udc30' or > '\udc7a')
            )
            {
                return false;
            }
        }

        return true;
    }

    private static bool Joins(Rune rune)
    {
        foreach (var (first, last) in JoiningScripts)
        {
            if (rune.Value >= first && rune.Value <= last)
            {
                return Rune.IsLetter(rune)
                    || Rune.GetUnicodeCategory(rune)
                        is UnicodeCategory.NonSpacingMark
                            or UnicodeCategory.SpacingCombiningMark;
            }
        }

        return false;
    }

    /// <summary>
    /// What a sequence of emoji may hold: a symbol, an arrow, a skin tone, or the selector that makes a sign an emoji.
    /// </summary>
    private static bool IsEmoji(Rune rune) =>
        rune.Value is 0x2194 or 0xfe0f or (>= 0x1f3fb and <= 0x1f3ff)
        || Rune.GetUnicodeCategory(rune) == UnicodeCategory.OtherSymbol;

    private static bool IsMongolian(Rune rune) => rune.Value is >= 0x1820 and <= 0x18aa;
}
