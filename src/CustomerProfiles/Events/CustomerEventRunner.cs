using System.Collections.Immutable;
using CustomerProfiles.Stores;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using NodaTime;

namespace CustomerProfiles;

/// <summary>
/// Claims the queues of up to 100 customers, hands their events to the host's handler, and removes those that were
/// delivered. The store is the only queue, so any host can continue what another leaves behind.
/// </summary>
internal sealed class CustomerEventRunner(
    ICustomerProfileStore store,
    IServiceScopeFactory scopes,
    IOptions<CustomerEventOptions> options,
    TimeProvider time,
    CustomerProfilesTelemetry telemetry,
    IServiceProviderIsService? services = null
) : ICustomerEventRunner
{
    private const int MostQueues = 100;
    private const int MostEvents = 100;
    private const int MostStopped = 1_000;

    /// <summary>A store that hangs must not keep the host from stopping.</summary>
    private static readonly TimeSpan SettlingTimeout = TimeSpan.FromSeconds(30);

    private readonly CustomerEventOptions _options = options.Value;
    private bool _areRemembered;

    public async ValueTask<int> DrainAsync(CancellationToken cancellationToken = default)
    {
        var events = StoreEvents.Of(store);
        if (services?.IsService(typeof(ICustomerEventHandler)) == false)
        {
            throw new InvalidOperationException(
                "This host has no handler of events. Call AddEvents<THandler>() with your ICustomerEventHandler."
            );
        }

        // Where there is no generic host, nobody else tells the other hosts.
        if (!_areRemembered)
        {
            await events.SetEventsOnAsync(true, cancellationToken).ConfigureAwait(false);
            _areRemembered = true;
        }

        var delivered = 0;
        while (await DeliverSomeAsync(events, cancellationToken, cancellationToken).ConfigureAwait(false) is { } more)
        {
            cancellationToken.ThrowIfCancellationRequested();
            delivered += more;
        }

        cancellationToken.ThrowIfCancellationRequested();
        return delivered;
    }

    /// <summary>Delivers what may be delivered now.</summary>
    /// <param name="stop">Stops claiming; what is being handled is finished.</param>
    /// <param name="abort">Also cancels the handlers.</param>
    public async Task RunAsync(CancellationToken stop, CancellationToken abort)
    {
        var events = StoreEvents.Of(store);
        while (
            !stop.IsCancellationRequested
            && await DeliverSomeAsync(events, stop, abort).ConfigureAwait(false) is not null
        ) { }
    }

    public ValueTask<ImmutableArray<StoppedEvents>> GetStoppedAsync(
        int most = 100,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(most, MostStopped);
        return StoreEvents.Of(store).GetStoppedEventsAsync(most, cancellationToken);
    }

    public ValueTask<bool> RetryAsync(StoppedEvents stopped, CancellationToken cancellationToken = default) =>
        RestartAsync(stopped, skips: false, cancellationToken);

    public ValueTask<bool> SkipAsync(StoppedEvents stopped, CancellationToken cancellationToken = default) =>
        RestartAsync(stopped, skips: true, cancellationToken);

    public ValueTask TurnOffAsync(CancellationToken cancellationToken = default) =>
        StoreEvents.Of(store).SetEventsOnAsync(false, cancellationToken);

    private ValueTask<bool> RestartAsync(StoppedEvents stopped, bool skips, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stopped);
        var first = stopped.Event;
        return StoreEvents
            .Of(store)
            .RestartEventsAsync(first.Tenant, first.CustomerId, first.Sequence, skips, cancellationToken);
    }

    /// <summary>Claims queues and delivers their events.</summary>
    /// <returns>How many were delivered; null when there was nothing to claim.</returns>
    private async Task<int?> DeliverSomeAsync(IEventStore events, CancellationToken stop, CancellationToken abort)
    {
        // Before the claim, so that the lease never ends sooner than this host believes.
        var claimedAt = time.GetTimestamp();
        var claims = await events
            .ClaimEventsAsync(MostQueues, MostEvents, Duration.FromTimeSpan(_options.LeaseDuration), stop)
            .ConfigureAwait(false);
        if (claims.IsEmpty)
        {
            return null;
        }

        var settlements = new EventSettlement[claims.Length];
        await Parallel
            .ForAsync(
                0,
                claims.Length,
                new ParallelOptions { MaxDegreeOfParallelism = _options.MaxConcurrentCustomers },
                async (i, _) =>
                    settlements[i] = await DeliverAsync(claims[i], claimedAt, stop, abort).ConfigureAwait(false)
            )
            .ConfigureAwait(false);

        // Not cancelled with the run: what was delivered would be delivered again.
        using var deadline = new CancellationTokenSource(SettlingTimeout, time);
        try
        {
            await events.SettleEventsAsync([.. settlements], deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (deadline.IsCancellationRequested)
        {
            throw new TimeoutException(
                $"The store did not remove delivered events within {SettlingTimeout}. They are delivered again when "
                    + "their lease ends.",
                exception
            );
        }

        return settlements.Sum(one =>
            one.Claim.Events.Count(customerEvent => customerEvent.Sequence <= one.DeliveredThrough)
        );
    }

    /// <summary>
    /// Delivers the events of one customer in order, until one fails or there is no time left under the lease.
    /// </summary>
    private async Task<EventSettlement> DeliverAsync(
        ClaimedEvents claim,
        long claimedAt,
        CancellationToken stop,
        CancellationToken abort
    )
    {
        var (through, attempts) = (0L, claim.Attempts);
        foreach (var customerEvent in claim.Events)
        {
            // A handler that is called ends within the lease, so no other host handles the event meanwhile.
            if (
                stop.IsCancellationRequested
                || time.GetElapsedTime(claimedAt) > _options.LeaseDuration - _options.HandlerTimeout
            )
            {
                break;
            }

            switch (await HandleAsync(customerEvent, abort).ConfigureAwait(false))
            {
                case { IsDelivered: true }:
                    telemetry.EventHandled(EventTagValues.Delivered);
                    (through, attempts) = (customerEvent.Sequence, 0);
                    break;
                case { Failure: { } failure }:
                    return Failed(claim, through, attempts + 1, customerEvent, failure);
                default:
                    return Settled();
            }
        }

        return Settled();

        EventSettlement Settled() =>
            new()
            {
                Claim = claim,
                DeliveredThrough = through,
                Attempts = attempts,
            };
    }

    private EventSettlement Failed(
        ClaimedEvents claim,
        long through,
        int attempts,
        CustomerEvent failed,
        string failure
    )
    {
        var stops = attempts >= _options.MaxAttempts;
        telemetry.EventHandled(stops ? EventTagValues.Stopped : EventTagValues.Failed);
        if (stops)
        {
            telemetry.Logger.EventsStopped(failed.CustomerId, failed.Sequence, failed.Kind, failure, attempts);
        }
        else
        {
            telemetry.Logger.EventFailed(failed.CustomerId, failed.Sequence, failed.Kind, failure, attempts);
        }

        return new EventSettlement
        {
            Claim = claim,
            DeliveredThrough = through,
            Attempts = attempts,
            Delay = stops ? Duration.Zero : DelayAfter(attempts),
            Stops = stops,
        };
    }

    private Duration DelayAfter(int attempts)
    {
        var delay = _options.RetryDelay.TotalSeconds * Math.Pow(2, attempts - 1);
        return Duration.FromSeconds(Math.Min(delay, _options.MaxRetryDelay.TotalSeconds));
    }

    /// <summary>Calls the host's handler.</summary>
    private async Task<Handled> HandleAsync(CustomerEvent customerEvent, CancellationToken abort)
    {
        try
        {
            using var timeout = new CancellationTokenSource(_options.HandlerTimeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(abort, timeout.Token);
            var token = either.Token;

            // On a thread of its own and with a wait that ends by itself: a handler may block, or ignore its token. One
            // that goes on keeps its scope until it ends.
            await Task.Run(() => HandleInScopeAsync(customerEvent, token), CancellationToken.None)
                .WaitAsync(token)
                .ConfigureAwait(false);
            return new Handled { IsDelivered = true };
        }
        catch (Exception) when (abort.IsCancellationRequested)
        {
            // Whatever the handler throws when it is cancelled is no failure of the event.
            return default;
        }
        catch (Exception exception)
        {
            // Its message may hold anything, also what the handler has read of the customer.
            return new Handled { Failure = exception.GetType().Name };
        }
    }

    /// <summary>In a scope of its own. What its services throw when they are disposed counts too.</summary>
    private async Task HandleInScopeAsync(CustomerEvent customerEvent, CancellationToken cancellationToken)
    {
        var scope = scopes.CreateAsyncScope();
        await using var disposal = scope.ConfigureAwait(false);
        var handler = scope.ServiceProvider.GetRequiredService<ICustomerEventHandler>();
        await handler.HandleAsync(customerEvent, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What a handler did; neither when the run was cancelled.</summary>
    private readonly record struct Handled
    {
        public bool IsDelivered { get; init; }

        /// <summary>The type of the exception.</summary>
        public string? Failure { get; init; }
    }
}
