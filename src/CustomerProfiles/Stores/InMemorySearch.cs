using System.Collections.Immutable;
using NodaTime;

namespace CustomerProfiles.Stores;

/// <summary>
/// Search by reading every profile of the tenant. Keys are made when a profile is first read by a search, so that
/// writing costs nothing; at the sizes that fit into a process an index would gain less than it costs to maintain.
/// </summary>
internal static class InMemorySearch
{
    private static readonly IComparer<SearchPosition> LastFirst = Comparer<SearchPosition>.Create(
        (one, other) => SearchCriteria.Compare(other, one)
    );

    public static ProfileSearchPage Page(
        ReadOnlySpan<Candidate> candidates,
        SearchCriteria criteria,
        SearchableProperties properties,
        CancellationToken cancellationToken
    )
    {
        // The first of the page and one more, which says whether there is another page; the last of them on top.
        var size = criteria.Query.PageSize;
        var first = new PriorityQueue<CustomerProfile, SearchPosition>(LastFirst);
        foreach (ref readonly var candidate in candidates)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var keys = candidate.Entry.KeysFor(properties);
            if (!candidate.Matches(criteria, keys))
            {
                continue;
            }

            var position = criteria.PositionOf(candidate.Entry.Profile, keys, candidate.LastConversation);
            if (criteria.After is { } after && SearchCriteria.Compare(position, after) <= 0)
            {
                continue;
            }

            if (first.Count <= size)
            {
                first.Enqueue(candidate.Entry.Profile, position);
            }
            else
            {
                first.EnqueueDequeue(candidate.Entry.Profile, position);
            }
        }

        var isLast = first.Count <= size;
        if (!isLast)
        {
            first.Dequeue();
        }

        string? next = null;
        var profiles = new CustomerProfile[first.Count];
        for (var i = profiles.Length - 1; i >= 0; i--)
        {
            first.TryDequeue(out var profile, out var position);
            profiles[i] = profile!;
            next ??= isLast ? null : criteria.CursorOf(position!);
        }

        return new ProfileSearchPage { Profiles = ImmutableArray.Create(profiles), Next = next };
    }

    public static ProfileCount Count(
        ReadOnlySpan<Candidate> candidates,
        SearchCriteria criteria,
        int most,
        SearchableProperties properties,
        CancellationToken cancellationToken
    )
    {
        var count = 0;
        foreach (ref readonly var candidate in candidates)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!candidate.Matches(criteria, candidate.Entry.KeysFor(properties)))
            {
                continue;
            }

            if (count == most)
            {
                return new ProfileCount { Count = count, IsMore = true };
            }

            count++;
        }

        return new ProfileCount { Count = count, IsMore = false };
    }

    /// <summary>One version of a profile with its keys.</summary>
    internal sealed class Entry(CustomerProfile profile)
    {
        private KeysBy? _keys;

        public CustomerProfile Profile => profile;

        /// <summary>
        /// The keys, made once, and again after a property was defined; two threads may make the same at once.
        /// </summary>
        public SearchKeys KeysFor(SearchableProperties properties)
        {
            var keys = _keys;
            if (keys?.Properties != properties)
            {
                _keys = keys = new KeysBy(properties, ProfileSearch.KeysOf(profile, properties));
            }

            return keys.Keys;
        }

        private sealed record KeysBy(SearchableProperties Properties, SearchKeys Keys);
    }

    /// <summary>A customer as of the moment of the search.</summary>
    internal readonly record struct Candidate(Entry Entry, Instant LastConversation, bool IsSuppressed)
    {
        public bool Matches(SearchCriteria criteria, SearchKeys keys) =>
            criteria.Matches(Entry.Profile, keys, LastConversation, IsSuppressed);
    }
}
