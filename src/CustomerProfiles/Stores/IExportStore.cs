namespace CustomerProfiles.Stores;

/// <summary>
/// The chapter of the store contract for exporting what is held about a customer. A store implements it on the same
/// class as <see cref="ICustomerProfileStore"/>; without it nobody can be told what the host holds about them.
/// </summary>
public interface IExportStore
{
    /// <summary>Reads everything that the store holds about a customer, as of one moment.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="id">The customer.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The record; null when the tenant has no such customer.</returns>
    ValueTask<StoredRecord?> GetRecordAsync(TenantId tenant, CustomerId id, CancellationToken cancellationToken);

    /// <summary>Whether an identity is suppressed by itself, whoever has it.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="identity">The identity.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether it is; not whether a customer is who has it.</returns>
    ValueTask<bool> IsSuppressedAsync(TenantId tenant, Identity identity, CancellationToken cancellationToken);
}
