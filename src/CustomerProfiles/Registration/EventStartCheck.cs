using CustomerProfiles.Stores;
using Microsoft.Extensions.Hosting;

namespace CustomerProfiles;

/// <summary>
/// Remembers in the store that events are on, and keeps a host without <c>AddEvents</c> from starting then: what it
/// changes would be missing from the events.
/// </summary>
internal sealed class EventStartCheck(ICustomerProfileStore store, EventSettings settings) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (settings.WritesEvents)
        {
            await StoreEvents.Of(store).SetEventsOnAsync(true, cancellationToken).ConfigureAwait(false);
        }
        else if (store is IEventStore events && await events.AreEventsOnAsync(cancellationToken).ConfigureAwait(false))
        {
            throw new InvalidOperationException(
                "Other hosts of this store write events, and this host would not. Call AddEvents() in its "
                    + "registration; without a handler it writes events for the hosts that have one. To end events, "
                    + "call ICustomerEventRunner.TurnOffAsync from a host that has AddEvents."
            );
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
