using System.Collections.Immutable;

namespace CustomerProfiles.Stores;

/// <summary>
/// The chapter of the store contract for history. A store implements it on the same class as
/// <see cref="ICustomerProfileStore"/>; without it nothing is remembered of what a profile held before.
/// </summary>
/// <remarks>
/// <para>
/// A store that implements it keeps the <see cref="ProfileChange"/> that a call of
/// <see cref="ICustomerProfileStore.UpdateAsync"/>, <see cref="ICustomerProfileStore.CompleteCheckAsync"/> or
/// <c>SetSuppressedAsync</c> passes, in the same step as what the call writes: both or neither. A call that changes
/// nothing, or passes no change, keeps none. The number of a change is the customer's last one plus 1.
/// </para>
/// <para>
/// In the same step it removes the customer's oldest changes, so that no more than
/// <see cref="ProfileChange.MostKept"/> are left. A customer's history ends with the customer.
/// </para>
/// </remarks>
public interface IHistoryStore
{
    /// <summary>Reads the history of a customer.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="id">The customer.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The current profile and every change that is kept, as of one moment; null when the tenant has no such
    /// customer.</returns>
    ValueTask<StoredHistory?> GetHistoryAsync(TenantId tenant, CustomerId id, CancellationToken cancellationToken);

    /// <summary>
    /// Replaces changes, because something in them must be forgotten. One that is gone, or no longer as it was read, is
    /// left as it is.
    /// </summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="id">The customer, or one who was absorbed: their history is kept under their own id.</param>
    /// <param name="changes">The changes. Whether one is as it was read is decided by what
    /// <see cref="ChangeSerializer"/> makes of it.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>How many were replaced.</returns>
    ValueTask<int> ReplaceChangesAsync(
        TenantId tenant,
        CustomerId id,
        ImmutableArray<ChangeReplacement> changes,
        CancellationToken cancellationToken
    );
}
