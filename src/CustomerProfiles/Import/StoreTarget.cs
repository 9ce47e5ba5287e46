using System.Collections.Immutable;
using CustomerProfiles.Stores;

namespace CustomerProfiles;

/// <summary>An import into the store.</summary>
internal sealed class StoreTarget(
    TenantId tenant,
    ICustomerProfileStore store,
    CustomersById customers,
    ProfileWriter writer,
    ChangeRecorder changes,
    ErasedPeople erased
) : IImportTarget
{
    public async ValueTask<CustomerProfile?> GetAsync(CustomerId id, CancellationToken cancellationToken) =>
        (await customers.GetAsync(tenant, id, cancellationToken).ConfigureAwait(false))?.Profile;

    public ValueTask<ImmutableArray<CustomerProfile>> FindAllAsync(
        ImmutableArray<Identity> identities,
        CancellationToken cancellationToken
    ) => store.FindAllAsync(tenant, identities, cancellationToken);

    public ValueTask<ImmutableArray<Identity>> FindForbiddenAsync(
        IEnumerable<Identity> identities,
        CancellationToken cancellationToken
    ) => erased.FindForbiddenAsync(tenant, identities, suppresses: true, cancellationToken);

    public ValueTask<ImmutableArray<AddResult>> AddAsync(
        ImmutableArray<CustomerProfile> profiles,
        Provenance by,
        CancellationToken cancellationToken
    ) => store.AddAsync(tenant, profiles, changes.DescribeCreation(by), cancellationToken);

    public ValueTask<WriteResult> UpdateAsync(
        CustomerProfile profile,
        Func<CustomerProfile, CustomerProfile?> change,
        Provenance by,
        CancellationToken cancellationToken
    ) => writer.UpdateAsync(profile, change, new ChangeReason(HistoryKind.Import, by), cancellationToken);
}
