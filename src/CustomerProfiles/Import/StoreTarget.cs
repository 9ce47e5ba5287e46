using System.Collections.Immutable;
using CustomerProfiles.Stores;

namespace CustomerProfiles;

/// <summary>An import into the store.</summary>
internal sealed class StoreTarget(TenantId tenant, ICustomerProfileStore store, ProfileWriter writer) : IImportTarget
{
    public async ValueTask<CustomerProfile?> GetAsync(CustomerId id, CancellationToken cancellationToken) =>
        (await store.GetAsync(tenant, id, cancellationToken).ConfigureAwait(false))?.Profile;

    public ValueTask<ImmutableArray<CustomerProfile>> FindAllAsync(
        ImmutableArray<Identity> identities,
        CancellationToken cancellationToken
    ) => store.FindAllAsync(tenant, identities, cancellationToken);

    public ValueTask<ImmutableArray<AddResult>> AddAsync(
        ImmutableArray<CustomerProfile> profiles,
        CancellationToken cancellationToken
    ) => store.AddAsync(tenant, profiles, cancellationToken);

    public ValueTask<WriteResult> UpdateAsync(
        CustomerProfile profile,
        Func<CustomerProfile, CustomerProfile?> change,
        Provenance by,
        CancellationToken cancellationToken
    ) => writer.UpdateAsync(profile, change, new ChangeReason(HistoryKind.Import, by), cancellationToken);
}
