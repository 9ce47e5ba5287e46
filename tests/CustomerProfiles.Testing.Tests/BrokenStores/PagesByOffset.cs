using System.Collections.Concurrent;
using System.Collections.Immutable;
using CustomerProfiles.Stores;

namespace CustomerProfiles.Testing.Tests.BrokenStores;

/// <summary>Pages by offset.</summary>
internal sealed class PagesByOffset(ICustomerProfileStore inner) : PassingStore(inner)
{
    private readonly ConcurrentDictionary<CustomerId, int> _shown = [];

    public override async ValueTask<ProfilePage> ListAsync(
        TenantId tenant,
        ProfileQuery query,
        CancellationToken cancellationToken
    )
    {
        var everybody = new List<CustomerProfile>();
        CustomerId? after = null;
        do
        {
            var inside = await Inner.ListAsync(
                tenant,
                query with
                {
                    After = after,
                    PageSize = ProfileQuery.MaxPageSize,
                },
                cancellationToken
            );
            everybody.AddRange(inside.Profiles);
            after = inside.Next;
        } while (after is not null);

        var offset = query.After is { } last ? _shown.GetValueOrDefault(last) : 0;
        var page = everybody.Skip(offset).Take(query.PageSize).ToImmutableArray();
        if (offset + page.Length >= everybody.Count)
        {
            return new ProfilePage { Profiles = page };
        }

        _shown[page[^1].Id] = offset + page.Length;
        return new ProfilePage { Profiles = page, Next = page[^1].Id };
    }
}
