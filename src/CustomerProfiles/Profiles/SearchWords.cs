using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace CustomerProfiles;

/// <summary>Words of folded text: where they begin, and which of them are telephone numbers.</summary>
internal static class SearchWords
{
    /// <summary>So many letters or digits together are found anywhere; indexes are made of them.</summary>
    private const int MinTogether = 3;

    /// <summary>The letters that are kept of the beginning of a word.</summary>
    private const int MaxPrefix = 2;

    private const int MinDigits = 3;

    /// <summary>
    /// The digits that are compared of a longer number: country code and trunk prefix differ between spellings, and no
    /// country in wide use has shorter numbers.
    /// </summary>
    private const int MaxDigits = 8;

    private static readonly SearchValues<char> InNumbers = SearchValues.Create("+0123456789-.()/");

    public static ImmutableArray<SearchTerm> TermsOf(ReadOnlySpan<string> words)
    {
        var terms = ImmutableArray.CreateBuilder<SearchTerm>();
        for (var i = 0; i < words.Length; )
        {
            var end = i;
            while (end < words.Length && !words[end].AsSpan().ContainsAnyExcept(InNumbers))
            {
                end++;
            }

            var number = end > i ? LastDigitsOf(string.Concat(words[i..end])) : null;
            for (end = Math.Max(end, i + 1); i < end; i++)
            {
                var text = words[i];
                var digits = string.Equals(number, text, StringComparison.Ordinal) ? null : number;
                if (
                    !terms.Any(term =>
                        string.Equals(term.Text, text, StringComparison.Ordinal)
                        && string.Equals(term.Digits, digits, StringComparison.Ordinal)
                    )
                )
                {
                    terms.Add(
                        new SearchTerm
                        {
                            Text = text,
                            Beginning = HasTogether(text) ? null : BeginningOf(text),
                            Digits = digits,
                        }
                    );
                    if (terms.Count == ProfileSearch.MaxTerms)
                    {
                        return terms.DrainToImmutable();
                    }
                }
            }
        }

        return terms.DrainToImmutable();
    }

    /// <summary>The first one and the first two code points of each word, each once.</summary>
    public static ImmutableArray<string> PrefixesOf(IEnumerable<string> parts)
    {
        var prefixes = new HashSet<string>(StringComparer.Ordinal);
        foreach (var part in parts)
        {
            Rune? before = null;
            for (var i = 0; i < part.Length; )
            {
                Rune.DecodeFromUtf16(part.AsSpan(i), out var rune, out var length);
                if (Begins(rune, before))
                {
                    prefixes.Add(part.Substring(i, length));
                    if (
                        Rune.DecodeFromUtf16(part.AsSpan(i + length), out var next, out var nextLength)
                            == OperationStatus.Done
                        && !Rune.IsWhiteSpace(next)
                    )
                    {
                        prefixes.Add(part.Substring(i, length + nextLength));
                    }
                }

                before = rune;
                i += length;
            }
        }

        return [.. prefixes];
    }

    public static string DigitsOf(string text) => string.Concat(text.Where(char.IsAsciiDigit));

    private static bool HasTogether(string text)
    {
        var together = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            together = Rune.IsLetterOrDigit(rune) ? together + 1 : 0;
            if (together == MinTogether)
            {
                return true;
            }
        }

        return false;
    }

    private static string BeginningOf(string text) => string.Concat(text.EnumerateRunes().Take(MaxPrefix));

    private static string? LastDigitsOf(string number)
    {
        var digits = DigitsOf(number).TrimStart('0');
        return digits.Length < MinDigits ? null : digits[Math.Max(0, digits.Length - MaxDigits)..];
    }

    /// <summary>
    /// Whether a word begins here: after white space, at a letter or digit after anything else, and at each letter of a
    /// script that does not divide its words.
    /// </summary>
    private static bool Begins(Rune rune, Rune? before) =>
        !Rune.IsWhiteSpace(rune)
        && (
            before is not { } last
            || Rune.IsWhiteSpace(last)
            || IsUndivided(rune)
            || (Rune.IsLetterOrDigit(rune) && (!Rune.IsLetterOrDigit(last) || IsUndivided(last)))
        );

    /// <summary>
    /// Thai to Myanmar, Khmer, kana, Han and Hangul, where a name is often written as one word, and symbols such as
    /// emoji.
    /// </summary>
    private static bool IsUndivided(Rune rune) =>
        rune.Value
            is (>= 0x0e00 and <= 0x0eff)
                or (>= 0x1000 and <= 0x109f)
                or (>= 0x1780 and <= 0x17ff)
                or (>= 0x3040 and <= 0x312f)
                or (>= 0x31f0 and <= 0x31ff)
                or (>= 0x3400 and <= 0x4dbf)
                or (>= 0x4e00 and <= 0x9fff)
                or (>= 0xac00 and <= 0xd7af)
                or (>= 0xf900 and <= 0xfaff)
                or (>= 0x1f000 and <= 0x1faff)
                or (>= 0x20000 and <= 0x3ffff)
        || Rune.GetUnicodeCategory(rune) == UnicodeCategory.OtherSymbol;
}
