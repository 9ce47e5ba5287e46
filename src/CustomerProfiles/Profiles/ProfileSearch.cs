using System.Collections.Immutable;
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

    /// <summary>The most UTF-16 code units of a query that count.</summary>
    public const int MaxQueryLength = 1_000;

    /// <summary>The most UTF-16 code units of a name that count for the order.</summary>
    public const int MaxNameLength = 200;

    /// <summary>The most UTF-16 code units of a company or of a custom property that a filter compares.</summary>
    public const int MaxValueLength = 200;

    /// <summary>What a store keeps beside a profile to find it.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="properties">The custom properties by which profiles are found.</param>
    /// <returns>The keys; the same for the same profile and properties, on every host.</returns>
    public static SearchKeys KeysOf(CustomerProfile profile, SearchableProperties properties)
    {
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(properties);
        return SearchKeysBuilder.Build(profile, properties);
    }

    /// <summary>Reads a query.</summary>
    /// <param name="query">The query.</param>
    /// <returns>What the query asks for, folded.</returns>
    /// <exception cref="ArgumentException"><see cref="ProfileSearchQuery.After"/> is not from a page of this
    /// query.</exception>
    public static SearchCriteria Read(ProfileSearchQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        return new SearchCriteria(query);
    }

    /// <summary>
    /// Compares names, or other folded text, by their code points, as their UTF-8 bytes compare.
    /// </summary>
    /// <param name="one">A text.</param>
    /// <param name="other">Another.</param>
    /// <returns>Below zero, zero or above zero, as <paramref name="one"/> comes before, with or after the
    /// other.</returns>
    public static int CompareText(string one, string other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        var same = one.AsSpan().CommonPrefixLength(other);
        if (same == one.Length || same == other.Length)
        {
            return one.Length.CompareTo(other.Length);
        }

        // Surrogates stand for code points above all other code units, although some of those are greater.
        var (a, b) = (one[same], other[same]);
        return char.IsSurrogate(a) == char.IsSurrogate(b) ? a.CompareTo(b)
            : char.IsSurrogate(a) ? 1
            : -1;
    }

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

        return SearchFolding.Fold(text.ToString());
    }

    /// <summary>The words of a query.</summary>
    /// <param name="query">What a person typed; null or blank finds everything.</param>
    /// <returns>At most <see cref="MaxTerms"/> folded words; none to find everything.</returns>
    public static ImmutableArray<string> TermsOf(string? query) =>
        string.IsNullOrWhiteSpace(query)
            ? []
            :
            [
                .. SearchFolding
                    .Fold(PlainText.Clean(query, lines: true))
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
}
