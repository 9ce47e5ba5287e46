using System.Collections.Concurrent;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing.Tests.BrokenStores;

/// <summary>Searches by reading everybody, rightly unless one of its parts is replaced by a wrong one.</summary>
internal sealed class ScanningSearch(ICustomerProfileStore inner) : PassingStore(inner)
{
    private readonly ConcurrentDictionary<CustomerId, Instant> _lastConversations = new();

    public Func<SearchTerm, SearchKeys, CustomerProfile, bool> HasTerm { get; init; } =
        (term, keys, _) =>
            HasWord(term, keys) || (term.Digits is { } digits && keys.Text.Contains(digits, StringComparison.Ordinal));

    public SearchableProperties Properties { get; init; } = StoreConformance.SearchableProperties;

    /// <summary>The filter that is applied in place of the one of the query.</summary>
    public Func<PropertyFilter?, PropertyFilter?> Filter { get; init; } = filter => filter;

    public Comparison<SearchPosition> Compare { get; init; } = SearchCriteria.Compare;

    public Func<CustomerProfile, Instant> NoConversation { get; init; } = _ => SearchPosition.NoConversation;

    public bool IgnoresSuppressed { get; init; }

    public bool RepeatsTheLast { get; init; }

    public bool CountsWithoutBound { get; init; }

    public bool TakesAnyCursor { get; init; }

    public bool TakesAnyRange { get; init; }

    /// <summary>Whether a text is within the range of a filter; null for what the library says.</summary>
    public Func<PropertyFilter, string, bool>? IsInRange { get; init; }

    public bool CountsRedeliveries { get; init; }

    public static bool HasWord(SearchTerm term, SearchKeys keys) =>
        keys.Text.Contains(term.Text, StringComparison.Ordinal)
        && (term.Beginning is not { } beginning || keys.Prefixes.Contains(beginning));

    public override async ValueTask<ConversationLookup?> CreateAsync(
        NewCustomer customer,
        CancellationToken cancellationToken
    )
    {
        var lookup = await base.CreateAsync(customer, cancellationToken);
        if (lookup is not null)
        {
            Record(lookup, customer.Conversation);
        }

        return lookup;
    }

    public override async ValueTask<ConversationLookup?> RecordConversationAsync(
        TenantId tenant,
        Identity identity,
        ConversationRecord conversation,
        CancellationToken cancellationToken
    )
    {
        var lookup = await base.RecordConversationAsync(tenant, identity, conversation, cancellationToken);
        if (lookup is not null)
        {
            Record(lookup, conversation);
        }

        return lookup;
    }

    public override async ValueTask<ProfileSearchPage> SearchAsync(
        TenantId tenant,
        ProfileSearchQuery query,
        CancellationToken cancellationToken
    )
    {
        SearchCriteria criteria;
        try
        {
            criteria = ProfileSearch.Read(query, Properties);
        }
        catch (ArgumentException) when (TakesAnyRange && query.Property is not null)
        {
            return new ProfileSearchPage { Profiles = [] };
        }
        catch (ArgumentException) when (TakesAnyCursor)
        {
            criteria = ProfileSearch.ReadForCount(query, Properties);
        }

        var found = await FindAsync(tenant, query, cancellationToken);
        var rest = found
            .Select(one => (one.Profile, Position: criteria.PositionOf(one.Profile, one.Keys, one.LastConversation)))
            .Where(one => criteria.After is not { } after || Compare(one.Position, after) >= (RepeatsTheLast ? 0 : 1))
            .OrderBy(one => one.Position, Comparer<SearchPosition>.Create(Compare))
            .Take(query.PageSize + 1)
            .ToList();
        return rest.Count <= query.PageSize
            ? new ProfileSearchPage { Profiles = [.. rest.Select(one => one.Profile)] }
            : new ProfileSearchPage
            {
                Profiles = [.. rest.SkipLast(1).Select(one => one.Profile)],
                Next = criteria.CursorOf(rest[^2].Position),
            };
    }

    public override async ValueTask<ProfileCount> CountAsync(
        TenantId tenant,
        ProfileSearchQuery query,
        int most,
        CancellationToken cancellationToken
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        var count = (await FindAsync(tenant, query, cancellationToken)).Count;
        return count <= most || CountsWithoutBound
            ? new ProfileCount { Count = count, IsMore = false }
            : new ProfileCount { Count = most, IsMore = true };
    }

    private void Record(ConversationLookup lookup, ConversationRecord conversation)
    {
        if (lookup.IsNewConversation || CountsRedeliveries)
        {
            _lastConversations.AddOrUpdate(
                lookup.Customer.Profile.Id,
                conversation.At,
                (_, last) => Instant.Max(last, conversation.At)
            );
        }
    }

    private async Task<List<(CustomerProfile Profile, SearchKeys Keys, Instant LastConversation)>> FindAsync(
        TenantId tenant,
        ProfileSearchQuery query,
        CancellationToken cancellationToken
    )
    {
        var range = IsInRange is null || query.Property is not { Value: null } ? null : query.Property;
        var terms = ProfileSearch.ReadForCount(query, Properties).Terms;
        var filters = ProfileSearch.ReadForCount(
            new ProfileSearchQuery
            {
                Company = query.Company,
                Property = range is null ? Filter(query.Property) : null,
                ChangedSince = query.ChangedSince,
                CreatedSince = query.CreatedSince,
                LastConversationBefore = query.LastConversationBefore,
                LastConversationSince = query.LastConversationSince,
                HasPhoto = query.HasPhoto,
                IsSuppressed = IgnoresSuppressed ? null : query.IsSuppressed,
            },
            Properties
        );
        var found = new List<(CustomerProfile, SearchKeys, Instant)>();
        CustomerId? after = null;
        do
        {
            var page = await Inner.ListAsync(
                tenant,
                new ProfileQuery { PageSize = ProfileQuery.MaxPageSize, After = after },
                cancellationToken
            );
            foreach (var profile in page.Profiles)
            {
                var keys = ProfileSearch.KeysOf(profile, Properties);
                var last = _lastConversations.TryGetValue(profile.Id, out var at) ? at : NoConversation(profile);
                var customer = await Inner.GetAsync(tenant, profile.Id, cancellationToken);
                if (
                    filters.Matches(profile, keys, last, customer!.IsSuppressed)
                    && terms.All(term => HasTerm(term, keys, profile))
                    && (
                        range is null
                        || profile.CustomProperties.TryGetValue(range.Key, out var value) && IsInRange!(range, value)
                    )
                )
                {
                    found.Add((profile, keys, last));
                }
            }

            after = page.Next;
        } while (after is not null);

        return found;
    }
}
