using System.Collections.Concurrent;
using CustomerProfiles.Stores;

namespace CustomerProfiles.Testing.Tests.BrokenStores;

/// <summary>Writes the profile, but keeps the identities that it has given up.</summary>
internal sealed class IdentitiesNotFreed(ICustomerProfileStore inner) : PassingStore(inner)
{
    private readonly ConcurrentDictionary<(TenantId, Identity), CustomerId> _left = [];

    public override async ValueTask<UpdateResult> UpdateAsync(
        CustomerProfile profile,
        ProfileChange? change,
        CancellationToken cancellationToken
    )
    {
        var before = await Inner.GetAsync(profile.Tenant, profile.Id, cancellationToken);
        var result = await Inner.UpdateAsync(profile, change, cancellationToken);
        if (result is UpdateResult.Updated)
        {
            foreach (var identity in before!.Profile.Identities.Except(profile.Identities))
            {
                _left[(profile.Tenant, identity)] = profile.Id;
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
            _left.TryGetValue((tenant, identity), out var id)
                ? await Inner.GetAsync(tenant, id, cancellationToken)
                : null
        );
}
