using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace CustomerProfiles;

/// <summary>
/// How a profile is found by text: by name, company, e-mail address or postal address. A profile is found when every
/// word of the query occurs in its search text. Case, accents, ligatures, the width of letters and the shape
/// of apostrophes, quotes and dashes do not matter, so that "francois" finds François, "STRASSER" finds Straßer, and
/// "O'Brien" finds O’Brien. An address is found by both forms of its domain.
/// </summary>
/// <remarks>
/// Store authors keep <see cref="TextOf"/> beside the profile and compare ordinally; then every store finds the same.
/// </remarks>
public static class ProfileSearch
{
    /// <summary>The most words of a query that count.</summary>
    public const int MaxTerms = 10;

    /// <summary>Single quotes, primes, acute accents and modifier letters that are written for an apostrophe.</summary>
    private static readonly SearchValues<char> Apostrophes = SearchValues.Create(
        "\u00b4\u2018\u2019\u201a\u201b\u2032\u2035\u2039\u203a\u02b9\u02bb\u02bc\u02bd\u02c8\u055a\u05f3\ua78b\ua78c"
    );

    private static readonly SearchValues<char> Quotes = SearchValues.Create(
        "\u00ab\u00bb\u201c\u201d\u201e\u201f\u2033\u2036\u02ba\u05f4\u301d\u301e\u301f"
    );

    /// <summary>The search text of a profile.</summary>
    /// <param name="profile">The profile.</param>
    /// <returns>Folded text, its parts divided by line feeds.</returns>
    public static string TextOf(CustomerProfile profile)
    {
        ArgumentNullException.ThrowIfNull(profile);
        var text = new StringBuilder();
        foreach (var value in profile.Values)
        {
            switch (value.Value)
            {
                case PersonName name:
                    text.Append(name.Full)
                        .Append('\n')
                        .Append(name.Given)
                        .Append('\n')
                        .Append(name.Family)
                        .Append('\n');
                    break;
                case ProfileEmail email:
                    Append(text, email.Address);
                    break;
                case PostalAddress address:
                    text.AppendJoin(
                            '\n',
                            address.Street,
                            address.City,
                            address.Region,
                            address.PostalCode,
                            address.Country
                        )
                        .Append('\n');
                    break;
                case string company when ProfileField.Company.Equals(value.Field):
                    text.Append(company).Append('\n');
                    break;
                default:
                    break;
            }
        }

        return Fold(text.ToString());
    }

    /// <summary>The words of a query.</summary>
    /// <param name="query">What a person typed; null or blank finds everything.</param>
    /// <returns>At most <see cref="MaxTerms"/> folded words; none to find everything.</returns>
    public static ImmutableArray<string> TermsOf(string? query) =>
        string.IsNullOrWhiteSpace(query)
            ? []
            :
            [
                .. Fold(PlainText.Clean(query, lines: true))
                    .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
                    .Distinct(StringComparer.Ordinal)
                    .Take(MaxTerms),
            ];

    /// <summary>Whether a search text contains every word.</summary>
    /// <param name="text">What <see cref="TextOf"/> returned.</param>
    /// <param name="terms">What <see cref="TermsOf"/> returned.</param>
    /// <returns>Whether the profile is found.</returns>
    public static bool Matches(string text, ImmutableArray<string> terms)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach (var term in terms)
        {
            if (!text.Contains(term, StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Both forms of the domain, whichever was received: a person searches for bücher.example and a machine for its
    /// ASCII form.
    /// </summary>
    private static void Append(StringBuilder text, EmailAddress address)
    {
        text.Append(address.Normalized).Append('\n');
        if (!ReferenceEquals(address.Value, address.Normalized))
        {
            text.Append(address.Value).Append('\n');
        }

        if (address.UnicodeDomain is { } domain)
        {
            text.Append(address.LocalPart).Append('@').Append(domain).Append('\n');
        }
    }

    private static string Fold(string text)
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
            if (LettersOf(lower.Value) is { } letters)
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
