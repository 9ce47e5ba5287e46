using System.Buffers;
using System.Globalization;
using System.Text;

namespace CustomerProfiles;

/// <summary>
/// Text in the one form in which search compares it: case, accents, ligatures, the width of letters, the script of
/// digits and the shape of apostrophes, quotes and dashes do not matter.
/// </summary>
internal static class SearchFolding
{
    /// <summary>Single quotes, primes, acute accents and modifier letters that are written for an apostrophe.</summary>
    private static readonly SearchValues<char> Apostrophes = SearchValues.Create(
        "\u00b4\u2018\u2019\u201a\u201b\u2032\u2035\u2039\u203a\u02b9\u02bb\u02bc\u02bd\u02c8\u055a\u05f3\ua78b\ua78c"
    );

    private static readonly SearchValues<char> Quotes = SearchValues.Create(
        "\u00ab\u00bb\u201c\u201d\u201e\u201f\u2033\u2036\u02ba\u05f4\u301d\u301e\u301f"
    );

    /// <summary>The folded words with one space between them; empty when there are none.</summary>
    public static string FoldWords(string text) => string.Join(' ', WordsOf(text));

    /// <summary>The folded words.</summary>
    public static string[] WordsOf(string text) =>
        Fold(PlainText.Clean(text, lines: true)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>At most so many code units, without half of a surrogate pair at the end.</summary>
    public static string Cut(string text, int most) =>
        text.Length <= most ? text
        : char.IsHighSurrogate(text[most - 1]) ? text[..(most - 1)]
        : text[..most];

    /// <summary>The folded text; its white space stays.</summary>
    public static string Fold(string text)
    {
        if (Ascii.IsValid(text))
        {
            return text.Replace('`', '\'').ToLowerInvariant();
        }

        // Decomposition splits some punctuation, so it is folded first.
        var plain = new StringBuilder(text.Length);
        foreach (var c in PlainText.Clean(text, lines: true))
        {
            plain.Append(PunctuationOf(c));
        }

        var folded = new StringBuilder(plain.Length);
        foreach (var rune in plain.ToString().Normalize(NormalizationForm.FormKD).EnumerateRunes())
        {
            var category = Rune.GetUnicodeCategory(rune);
            if (category is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format)
            {
                continue;
            }

            // By way of upper case, so that a final sigma is a sigma.
            var lower = Rune.ToLowerInvariant(Rune.ToUpperInvariant(rune));
            if (category == UnicodeCategory.DecimalDigitNumber)
            {
                folded.Append((char)('0' + (int)Rune.GetNumericValue(rune)));
            }
            else if (LettersOf(lower.Value) is { } letters)
            {
                folded.Append(letters);
            }
            else if (lower.IsBmp)
            {
                folded.Append(PunctuationOf((char)lower.Value));
            }
            else
            {
                folded.Append(lower.ToString());
            }
        }

        return folded.ToString().Normalize(NormalizationForm.FormC);
    }

    /// <summary>
    /// Letters that case folding and decomposition do not cover: those that fold to two (ß), that the invariant culture
    /// keeps apart (ı, İ), or that have a stroke instead of an accent.
    /// </summary>
    private static string? LettersOf(int letter) =>
        letter switch
        {
            0x00df or 0x1e9e => "ss",
            0x00e6 => "ae",
            0x0153 => "oe",
            0x00fe => "th",
            0x00f0 or 0x0111 => "d",
            0x00f8 => "o",
            0x0127 => "h",
            0x0131 or 0x0130 => "i",
            0x0142 => "l",
            0x0167 => "t",
            _ => null,
        };

    /// <summary>The ASCII form of apostrophes, quotes and dashes; any other character as it is.</summary>
    private static char PunctuationOf(char c) =>
        c == '`' ? '\''
        : c <= '\u007f' ? c
        : Apostrophes.Contains(c) ? '\''
        : Quotes.Contains(c) ? '"'
        : c is '\u2212' or '\u2043' || char.GetUnicodeCategory(c) == UnicodeCategory.DashPunctuation ? '-'
        : c;
}
