namespace CustomerProfiles.Stores;

/// <summary>
/// The chapter of the store contract for custom properties that are defined per tenant. A store implements it on the
/// same class as <see cref="ICustomerProfileStore"/>; without it the definitions in code are the only ones.
/// </summary>
/// <remarks>
/// <para>
/// The definitions of a tenant are kept together, in one version after another, so that two hosts that define a
/// property at once do not overwrite each other. They hold no customer's data, and no other method of the contract
/// changes them: erasing a customer does not.
/// </para>
/// <para>
/// A durable store that also implements <see cref="ISearchStore"/> takes <see cref="TenantProperties"/> as a
/// constructor parameter and passes what it gives to <see cref="ProfileSearch"/>.
/// </para>
/// </remarks>
public interface IPropertyStore
{
    /// <summary>Reads the definitions of a tenant.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The definitions in the order in which they were written; <see cref="StoredProperties.None"/> when none
    /// ever were.</returns>
    ValueTask<StoredProperties> GetPropertiesAsync(TenantId tenant, CancellationToken cancellationToken);

    /// <summary>
    /// Writes the definitions of a tenant in place of those before, if the version before is still the current one.
    /// </summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="properties">The definitions, all of them, and their version: one more than the version that the
    /// caller has read.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether they were written; if not, somebody else wrote another version meanwhile.</returns>
    ValueTask<bool> SavePropertiesAsync(
        TenantId tenant,
        StoredProperties properties,
        CancellationToken cancellationToken
    );
}
