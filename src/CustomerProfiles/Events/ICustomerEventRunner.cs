using System.Collections.Immutable;

namespace CustomerProfiles;

/// <summary>
/// Delivers events to the host's handler, of all tenants. With a generic host, a hosted service does it. Without one,
/// call <see cref="DrainAsync"/> when you want it. Registered by <c>AddEvents</c>.
/// </summary>
/// <remarks>Safe for any number of threads and hosts.</remarks>
public interface ICustomerEventRunner
{
    /// <summary>Delivers every event that may be delivered now, also those that other hosts left behind.</summary>
    /// <param name="cancellationToken">Cancels the run. What was delivered is removed; the rest stays.</param>
    /// <returns>The number of events that were delivered. Events that are to be tried again later are not waited
    /// for.</returns>
    /// <exception cref="InvalidOperationException">The host has no handler: <c>AddEvents</c> was called without
    /// one.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    ValueTask<int> DrainAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Lists the customers whose events wait because one of them failed too often. Their later events wait for it;
    /// those of other customers do not.
    /// </summary>
    /// <param name="most">The most to return: 1 to 1,000.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Each with the event that failed, in no order.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="most"/> is out of range.</exception>
    ValueTask<ImmutableArray<StoppedEvents>> GetStoppedAsync(
        int most = 100,
        CancellationToken cancellationToken = default
    );

    /// <summary>Delivers the events of a customer again, beginning with the one that failed.</summary>
    /// <param name="stopped">The customer's events, as they were listed.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether they were restarted; false when they are not stopped at this event any more.</returns>
    ValueTask<bool> RetryAsync(StoppedEvents stopped, CancellationToken cancellationToken = default);

    /// <summary>Removes the event that failed without delivering it, and delivers those after it.</summary>
    /// <param name="stopped">The customer's events, as they were listed.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether they were restarted; false when they are not stopped at this event any more.</returns>
    ValueTask<bool> SkipAsync(StoppedEvents stopped, CancellationToken cancellationToken = default);

    /// <summary>
    /// Ends events for good: removes all that wait, and lets hosts start without <c>AddEvents</c>. Stop the other hosts
    /// first: one that runs with <c>AddEvents</c> goes on writing events, and turns them on again when it starts.
    /// </summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that ends when it is written.</returns>
    ValueTask TurnOffAsync(CancellationToken cancellationToken = default);
}
