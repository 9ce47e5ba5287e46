using System.Collections.Immutable;
using NodaTime;

namespace CustomerProfiles;

/// <summary>
/// A <see cref="ProfileSearchQuery"/> as a store compares it: text folded, the cursor read. Made by
/// <see cref="ProfileSearch.Read"/>.
/// </summary>
/// <remarks>
/// Immutable, safe for any number of threads. <see cref="Matches"/>, <see cref="PositionOf"/> and
/// <see cref="Compare"/> say what every store finds and in which order; a store with an index finds the same.
/// </remarks>
public sealed class SearchCriteria
{
    private readonly byte[] _digest;

    internal SearchCriteria(ProfileSearchQuery query, string? after, SearchableProperties properties)
    {
        Query = query;
        var words = string.IsNullOrWhiteSpace(query.Text)
            ? []
            : SearchFolding.WordsOf(SearchFolding.Cut(query.Text, ProfileSearch.MaxQueryLength));
        Terms = SearchWords.TermsOf(words);
        NamePrefix = words.Length == 0 ? null : string.Join(' ', words);
        Identities = words.Length == 0 ? [] : IdentitiesOf(query.Text!.Trim());
        Company = Folded(query.Company) is { Length: > 0 } company ? company : null;
        if (query.Property is { } property)
        {
            var definition = properties.Find(property.Key);
            if (property.Misuse(definition) is { } misuse)
            {
                throw new ArgumentException(misuse, nameof(query));
            }

            if (property.Value is { } value)
            {
                PropertyValue = SearchableProperties.KeyOf(definition, value);
            }
            else if (definition?.OrderKeys is (var first, var last))
            {
                PropertyFrom = property.From is { } from ? definition.OrderKeyOf(from) : first;
                PropertyTo = property.To is { } to ? definition.OrderKeyOf(to) : last;
            }
        }

        _digest = SearchCursor.DigestOf(
            query,
            [NamePrefix, Company, query.Property?.Key, PropertyValue, PropertyFrom, PropertyTo]
        );
        After = after is not null
            ? SearchCursor.Read(after, _digest) is { } position && Fits(position)
                ? position
                : throw new ArgumentException(
                    "After is not from a page of this query. Pass Next of the page before, with the same text, order "
                        + "and filters, or leave it null to start with the first page.",
                    nameof(query)
                )
            : null;
    }

    /// <summary>The query, whose times, flags and page size hold as they are.</summary>
    public ProfileSearchQuery Query { get; }

    /// <summary>
    /// The words, of which a profile must have each; at most <see cref="ProfileSearch.MaxTerms"/>; none to find
    /// everything.
    /// </summary>
    public ImmutableArray<SearchTerm> Terms { get; }

    /// <summary>The identities that the whole text is, at most one of a kind; none without a text.</summary>
    public ImmutableArray<Identity> Identities { get; }

    /// <summary>
    /// With what <see cref="SearchKeys.Name"/> begins in the step <see cref="SearchStep.NamePrefix"/>: the folded words
    /// with one space between them; null without a text. A name that begins with it has every one of
    /// <see cref="Terms"/>.
    /// </summary>
    public string? NamePrefix { get; }

    /// <summary>What <see cref="SearchKeys.Company"/> must be; null for any.</summary>
    public string? Company { get; }

    /// <summary>
    /// What the <see cref="SearchProperty.Value"/> of the property <see cref="PropertyFilter.Key"/> must be; null when
    /// there is no such filter, or it is a range.
    /// </summary>
    public string? PropertyValue { get; }

    /// <summary>
    /// At or after what the <see cref="SearchProperty.Value"/> of the property <see cref="PropertyFilter.Key"/> must
    /// be, compared as <see cref="ProfileSearch.CompareText"/> does; null when the filter is no range.
    /// </summary>
    public string? PropertyFrom { get; }

    /// <summary>
    /// At or before what it must be; null exactly when <see cref="PropertyFrom"/> is.
    /// </summary>
    public string? PropertyTo { get; }

    /// <summary>Where the page starts, behind this position; null for the first page.</summary>
    public SearchPosition? After { get; }

    /// <summary>Whether the query finds a profile.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="keys">Its keys.</param>
    /// <param name="lastConversation">When the last conversation with the customer was recorded.</param>
    /// <param name="isSuppressed">Whether the customer is suppressed.</param>
    /// <returns>Whether it is found, on whatever page.</returns>
    public bool Matches(CustomerProfile profile, SearchKeys keys, Instant lastConversation, bool isSuppressed)
    {
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(keys);
        return !(profile.UpdatedAt < Query.ChangedSince)
            && !(profile.CreatedAt < Query.CreatedSince)
            && !(lastConversation >= Query.LastConversationBefore)
            && !(lastConversation < Query.LastConversationSince)
            && (Query.HasPhoto ?? keys.HasPhoto) == keys.HasPhoto
            && (Query.IsSuppressed ?? isSuppressed) == isSuppressed
            && (Company is null || string.Equals(Company, keys.Company, StringComparison.Ordinal))
            && HasProperty(keys)
            && HasTerms(keys);
    }

    /// <summary>Which look-up of <see cref="ProfileOrder.BestMatch"/> finds a profile that the query finds.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="keys">Its keys.</param>
    /// <returns>The step; <see cref="SearchStep.Rest"/> in every other order.</returns>
    public SearchStep StepOf(CustomerProfile profile, SearchKeys keys)
    {
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(keys);
        return Query.Order != ProfileOrder.BestMatch || NamePrefix is null ? SearchStep.Rest
            : profile.Identities.Any(identity => Identities.Contains(identity)) ? SearchStep.Identity
            : keys.Name.StartsWith(NamePrefix, StringComparison.Ordinal) ? SearchStep.NamePrefix
            : SearchStep.Rest;
    }

    /// <summary>The place of a profile in the order of the query.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="keys">Its keys.</param>
    /// <param name="lastConversation">When the last conversation with the customer was recorded.</param>
    /// <returns>The position.</returns>
    public SearchPosition PositionOf(CustomerProfile profile, SearchKeys keys, Instant lastConversation)
    {
        var step = StepOf(profile, keys);
        var isByName = step == SearchStep.NamePrefix || Query.Order == ProfileOrder.Name;
        return new SearchPosition
        {
            Step = step,
            Name = isByName ? keys.Name : null,
            At =
                isByName || step == SearchStep.Identity ? null
                : Query.Order == ProfileOrder.LastConversation ? lastConversation
                : profile.UpdatedAt,
            Id = profile.Id,
        };
    }

    /// <summary>
    /// Compares two positions of this query: by step, then by name or by time, the newest first, then by id.
    /// </summary>
    /// <param name="one">A position.</param>
    /// <param name="other">Another.</param>
    /// <returns>Below zero, zero or above zero, as <paramref name="one"/> comes before, with or after the
    /// other.</returns>
    public static int Compare(SearchPosition one, SearchPosition other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        var order = one.Step.CompareTo(other.Step);
        if (order == 0 && one.Name is { } name && other.Name is { } otherName)
        {
            order = ProfileSearch.CompareText(name, otherName);
        }

        if (order == 0 && one.At is { } at && other.At is { } otherAt)
        {
            order = otherAt.CompareTo(at);
        }

        return order != 0 ? order : one.Id.CompareTo(other.Id);
    }

    /// <summary>
    /// What <see cref="ProfileSearchPage.Next"/> is when this is the position of the page's last profile and there are
    /// more.
    /// </summary>
    /// <param name="position">The position.</param>
    /// <returns>The cursor.</returns>
    public string CursorOf(SearchPosition position)
    {
        ArgumentNullException.ThrowIfNull(position);
        return SearchCursor.Write(position, _digest);
    }

    /// <summary>The type's name only.</summary>
    public override string ToString() => nameof(SearchCriteria);

    private static string Folded(string? value) =>
        value is null ? "" : SearchFolding.Cut(SearchFolding.FoldWords(value), ProfileSearch.MaxValueLength);

    private static ImmutableArray<Identity> IdentitiesOf(string text)
    {
        var identities = ImmutableArray.CreateBuilder<Identity>();
        if (EmailAddress.TryParse(text, out var address))
        {
            identities.Add(Identity.Email(address));
        }

        if (Identity.TryPhone(text, out var phone))
        {
            identities.Add(phone);
        }

        if (PlainText.IndexOfUnfit(text, lines: false) < 0 && text.Normalize().Length <= Identity.MaxLength)
        {
            identities.Add(Identity.External(text));
        }

        return identities.DrainToImmutable();
    }

    /// <summary>Whether a position has what the order compares; a cursor may have been made up.</summary>
    private bool Fits(SearchPosition position) =>
        Query.Order == ProfileOrder.BestMatch
            ? position.Step switch
            {
                SearchStep.Identity => NamePrefix is not null,
                SearchStep.NamePrefix => NamePrefix is not null && position.Name is not null,
                _ => position.At is not null,
            }
            : position.Step == SearchStep.Rest
                && (Query.Order == ProfileOrder.Name ? position.Name is not null : position.At is not null);

    private bool HasProperty(SearchKeys keys)
    {
        if (Query.Property is not { } wanted)
        {
            return true;
        }

        foreach (var property in keys.Properties)
        {
            if (
                string.Equals(property.Key, wanted.Key, StringComparison.Ordinal)
                && (
                    PropertyValue is { } value
                        ? string.Equals(property.Value, value, StringComparison.Ordinal)
                        : ProfileSearch.CompareText(property.Value, PropertyFrom!) >= 0
                            && ProfileSearch.CompareText(property.Value, PropertyTo!) <= 0
                )
            )
            {
                return true;
            }
        }

        return false;
    }

    private bool HasTerms(SearchKeys keys)
    {
        foreach (var term in Terms)
        {
            var isFound =
                keys.Text.Contains(term.Text, StringComparison.Ordinal)
                && (term.Beginning is not { } first || keys.Prefixes.Contains(first, StringComparer.Ordinal));
            if (!isFound && !(term.Digits is { } digits && keys.Text.Contains(digits, StringComparison.Ordinal)))
            {
                return false;
            }
        }

        return true;
    }
}
