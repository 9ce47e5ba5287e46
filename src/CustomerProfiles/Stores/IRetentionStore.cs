using System.Collections.Immutable;
using NodaTime;

namespace CustomerProfiles.Stores;

/// <summary>
/// The chapter of the store contract for retention: what is no longer needed is removed. A store implements it on the
/// same class as <see cref="ICustomerProfileStore"/>; without it conversation records stay for good.
/// </summary>
/// <remarks>
/// Each call is one step and ends soon, whatever the size of the tables, so that it delays no conversation. A
/// conversation that is recorded at the same moment stays.
/// </remarks>
public interface IRetentionStore
{
    /// <summary>
    /// Removes the conversation records of some customers that are older than a time. The newest record of a customer
    /// always stays, and so does everything else about them.
    /// </summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="before">Records before this time are old; one of this time is not.</param>
    /// <param name="from">The customer to begin with, in the order of their ids, whether they exist or not; null for
    /// the first one.</param>
    /// <param name="most">The most records to remove, and about the most customers to look at: at least 1.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>How many were removed, and where to go on.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="most"/> is below 1.</exception>
    ValueTask<ConversationRemoval> RemoveConversationsAsync(
        TenantId tenant,
        Instant before,
        CustomerId? from,
        int most,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Reads customers with what a retention policy decides by, in the order of their ids, without those who were
    /// absorbed.
    /// </summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="after">The last customer of the page before; null for the first page.</param>
    /// <param name="most">The most customers of a page: at least 1.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A page; fewer than <paramref name="most"/> when there are no more.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="most"/> is below 1.</exception>
    ValueTask<ImmutableArray<RetainedCustomer>> GetRetainedAsync(
        TenantId tenant,
        CustomerId? after,
        int most,
        CancellationToken cancellationToken
    );
}
