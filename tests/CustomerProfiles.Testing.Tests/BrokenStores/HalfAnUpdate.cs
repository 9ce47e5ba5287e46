using System.Collections.Concurrent;
using CustomerProfiles.Stores;

namespace CustomerProfiles.Testing.Tests.BrokenStores;

/// <summary>Moves the identities before it finds that the version is stale, without a transaction.</summary>
internal sealed class HalfAnUpdate(ICustomerProfileStore inner) : PassingStore(inner)
{
    private readonly ConcurrentDictionary<(TenantId, Identity), CustomerId> _moved = [];

    public override async ValueTask<UpdateResult> UpdateAsync(
        CustomerProfile profile,
        ProfileChange? change,
        CancellationToken cancellationToken
    )
    {
        var result = await Inner.UpdateAsync(profile, change, cancellationToken);
        if (result is UpdateResult.Stale)
        {
            foreach (var identity in profile.Identities)
            {
                _moved[(profile.Tenant, identity)] = profile.Id;
            }
        }

        return result;
    }

    public override async ValueTask<StoredCustomer?> FindAsync(
        TenantId tenant,
        Identity identity,
        CancellationToken cancellationToken
    ) =>
        await Inner.FindAsync(tenant, identity, cancellationToken)
        ?? (
            _moved.TryGetValue((tenant, identity), out var id)
                ? await Inner.GetAsync(tenant, id, cancellationToken)
                : null
        );
}
