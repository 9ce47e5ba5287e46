using System.Collections.Immutable;
using CustomerProfiles.Stores;

namespace CustomerProfiles;

/// <summary>Where an import reads and writes: the store, or what a dry run keeps in memory.</summary>
internal interface IImportTarget
{
    ValueTask<CustomerProfile?> GetAsync(CustomerId id, CancellationToken cancellationToken);

    /// <inheritdoc cref="ICustomerProfileStore.FindAllAsync"/>
    ValueTask<ImmutableArray<CustomerProfile>> FindAllAsync(
        ImmutableArray<Identity> identities,
        CancellationToken cancellationToken
    );

    /// <inheritdoc cref="ErasedPeople.FindForbiddenAsync"/>
    ValueTask<ImmutableArray<Identity>> FindForbiddenAsync(
        IEnumerable<Identity> identities,
        CancellationToken cancellationToken
    );

    /// <inheritdoc cref="ICustomerProfileStore.AddAsync"/>
    ValueTask<ImmutableArray<AddResult>> AddAsync(
        ImmutableArray<CustomerProfile> profiles,
        Provenance by,
        CancellationToken cancellationToken
    );

    /// <inheritdoc cref="ProfileWriter.UpdateAsync"/>
    ValueTask<WriteResult> UpdateAsync(
        CustomerProfile profile,
        Func<CustomerProfile, CustomerProfile?> change,
        Provenance by,
        CancellationToken cancellationToken
    );
}
