using System.Collections.Immutable;
using CustomerProfiles.Stores;

namespace CustomerProfiles;

/// <summary>
/// A dry run: what would be written is kept in memory over what the store has, so that a later row of the same customer
/// finds it.
/// </summary>
internal sealed class DryRunTarget(
    TenantId tenant,
    ICustomerProfileStore store,
    CustomersById customers,
    ErasedPeople erased
) : IImportTarget
{
    private readonly Dictionary<CustomerId, CustomerProfile> _written = [];
    private readonly Dictionary<Identity, CustomerId> _owners = [];

    public async ValueTask<CustomerProfile?> GetAsync(CustomerId id, CancellationToken cancellationToken) =>
        _written.TryGetValue(id, out var written)
            ? written
            : (await customers.GetAsync(tenant, id, cancellationToken).ConfigureAwait(false))?.Profile;

    public async ValueTask<ImmutableArray<CustomerProfile>> FindAllAsync(
        ImmutableArray<Identity> identities,
        CancellationToken cancellationToken
    )
    {
        var stored = await store.FindAllAsync(tenant, identities, cancellationToken).ConfigureAwait(false);
        return
        [
            .. identities
                .Where(_owners.ContainsKey)
                .Select(identity => _written[_owners[identity]])
                .Concat(stored.Select(profile => _written.GetValueOrDefault(profile.Id, profile)))
                .DistinctBy(profile => profile.Id),
        ];
    }

    public ValueTask<ImmutableArray<Identity>> FindForbiddenAsync(
        IEnumerable<Identity> identities,
        CancellationToken cancellationToken
    ) => erased.FindForbiddenAsync(tenant, identities, suppresses: false, cancellationToken);

    public ValueTask<ImmutableArray<AddResult>> AddAsync(
        ImmutableArray<CustomerProfile> profiles,
        Provenance by,
        CancellationToken cancellationToken
    )
    {
        foreach (var profile in profiles)
        {
            Write(profile);
        }

        return new([.. profiles.Select(_ => new AddResult.Added())]);
    }

    public async ValueTask<WriteResult> UpdateAsync(
        CustomerProfile profile,
        Func<CustomerProfile, CustomerProfile?> change,
        Provenance by,
        CancellationToken cancellationToken
    )
    {
        // The customer may have been found before an earlier row of theirs was written.
        var current = _written.GetValueOrDefault(profile.Id, profile);
        if (change(current) is not { } next)
        {
            return new WriteResult(WriteStatus.Unchanged, current);
        }

        var forbidden = await FindForbiddenAsync(next.Identities.Except(current.Identities), cancellationToken)
            .ConfigureAwait(false);
        if (!forbidden.IsEmpty)
        {
            return new WriteResult(WriteStatus.DoNotKeep, current, Forbidden: forbidden);
        }

        Write(next);
        return new WriteResult(WriteStatus.Written, next);
    }

    private void Write(CustomerProfile profile)
    {
        _written[profile.Id] = profile;
        foreach (var identity in profile.Identities)
        {
            _owners[identity] = profile.Id;
        }
    }
}
