using System.Collections.Immutable;
using NodaTime;

namespace CustomerProfiles.Stores;

/// <summary>
/// The chapter of the store contract for events. A store implements it on the same class as
/// <see cref="ICustomerProfileStore"/>; without it a host cannot call <c>AddEvents</c>.
/// </summary>
/// <remarks>
/// <para>
/// A store that implements it writes the <see cref="EventWrite"/> that a call passes in the same step as what the call
/// writes: both or neither. These are <see cref="NewCustomer.Event"/> when the call creates the customer; the event of
/// <see cref="ICustomerProfileStore.AddAsync"/> for each customer that is added; <see cref="ProfileChange.Event"/>
/// wherever the change is made, and of both sides of a merge; and <see cref="ErasureWrite.Event"/> for each id that is
/// erased, aliases too.
/// </para>
/// <para>
/// The events of one customer are a queue, numbered from 1 without a gap. The counter is kept apart from the customer:
/// it outlives merging, undoing a merge, and erasing, and so do the events that wait. A queue is <i>claimed</i> by one
/// lease at a time. Leases and delays run by the store's own clock. A lease that has expired counts until another
/// replaces it.
/// </para>
/// </remarks>
public interface IEventStore
{
    /// <summary>Whether this store's hosts write events, as <see cref="SetEventsOnAsync"/> was last told.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether they do; false before the first call.</returns>
    ValueTask<bool> AreEventsOnAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Remembers whether this store's hosts write events. It decides nothing about events that a call passes: they are
    /// written either way.
    /// </summary>
    /// <param name="areOn">Whether they do. False also removes every event that waits, of held, delayed and stopped
    /// queues too, which then are none of these any more; the counters stay.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that ends when it is written.</returns>
    ValueTask SetEventsOnAsync(bool areOn, CancellationToken cancellationToken);

    /// <summary>
    /// Claims the queues that have waited longest, of all tenants, among those that have events, are not held, not
    /// delayed and not stopped. A queue whose lease has expired is not held.
    /// </summary>
    /// <param name="mostQueues">The most queues to claim: at least 1.</param>
    /// <param name="mostEvents">The most events to read of each: at least 1.</param>
    /// <param name="lease">The duration of the lease.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The queues, each with its first events; empty when there is nothing to deliver now.</returns>
    /// <exception cref="ArgumentOutOfRangeException">One of the numbers is below 1.</exception>
    ValueTask<ImmutableArray<ClaimedEvents>> ClaimEventsAsync(
        int mostQueues,
        int mostEvents,
        Duration lease,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Removes what was delivered and ends the leases, all in one step. A queue whose lease is lost is left as it is.
    /// </summary>
    /// <param name="settlements">The result of each queue; no queue comes twice.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that ends when it is written.</returns>
    ValueTask SettleEventsAsync(ImmutableArray<EventSettlement> settlements, CancellationToken cancellationToken);

    /// <summary>Lists stopped queues, of all tenants, in no order.</summary>
    /// <param name="most">The most queues to return: at least 1.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The queues, each with its first event.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="most"/> is below 1.</exception>
    ValueTask<ImmutableArray<StoppedEvents>> GetStoppedEventsAsync(int most, CancellationToken cancellationToken);

    /// <summary>
    /// Restarts a stopped queue if its first event is the one named. Its attempts begin again.
    /// </summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="id">The customer.</param>
    /// <param name="sequence">The sequence of the first event, as the caller read it.</param>
    /// <param name="skips">Whether that event is removed without being delivered.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether it was restarted; false when no such queue is stopped at that event.</returns>
    ValueTask<bool> RestartEventsAsync(
        TenantId tenant,
        CustomerId id,
        long sequence,
        bool skips,
        CancellationToken cancellationToken
    );
}
