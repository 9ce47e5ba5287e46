using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace CustomerProfiles.Profiles;

/// <summary>
/// How a profile is found by text: by name, company, e-mail address or postal address. A profile is found when every word of the query stands somewhere in its
/// search text. Case, accents and the width of letters do not matter, so that "francois" finds François.
/// </summary>
/// <remarks>Store authors keep <see cref="TextOf"/> beside the profile and compare ordinally; then every store finds the same.</remarks>
public static class ProfileSearch
{
    /// <summary>The most words of a query that count.</summary>
    public const int MaxTerms = 10;

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
                    text.Append(name.Full).Append('\n').Append(name.Given).Append('\n').Append(name.Family).Append('\n');
                    break;
                case ProfileEmail email:
                    // Both forms, for a person looks for bücher.example and not for its ASCII form.
                    text.Append(email.Address.Normalized).Append('\n');
                    if (!ReferenceEquals(email.Address.Value, email.Address.Normalized))
                    {
                        text.Append(email.Address.Value).Append('\n');
                    }

                    break;
                case PostalAddress address:
                    text.AppendJoin('\n', address.Street, address.City, address.Region, address.PostalCode, address.Country).Append('\n');
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

    /// <summary>The words that a query asks for.</summary>
    /// <param name="query">What a person typed; null or blank asks for everything.</param>
    /// <returns>At most <see cref="MaxTerms"/> folded words; none for everything.</returns>
    public static ImmutableArray<string> TermsOf(string? query) => string.IsNullOrWhiteSpace(query)
        ? []
        : [.. Fold(PlainText.Clean(query, lines: true)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal).Take(MaxTerms)];

    /// <summary>Whether a search text has every word.</summary>
    /// <param name="text">What <see cref="TextOf"/> gave.</param>
    /// <param name="terms">What <see cref="TermsOf"/> gave.</param>
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

    private static string Fold(string text)
    {
        if (Ascii.IsValid(text))
        {
            return text.ToLowerInvariant();
        }

        var folded = new StringBuilder(text.Length);
        foreach (var rune in PlainText.Clean(text, lines: true).Normalize(NormalizationForm.FormKD).EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) != UnicodeCategory.NonSpacingMark)
            {
                // Through upper case, so that a final sigma is a sigma.
                folded.Append(Rune.ToLowerInvariant(Rune.ToUpperInvariant(rune)).ToString());
            }
        }

        return folded.ToString().Normalize(NormalizationForm.FormC);
    }
}
