using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerProfiles.Tests.Events;

/// <summary>What the handler of a test received, and what it does.</summary>
internal sealed class EventLog
{
    private readonly ConcurrentQueue<CustomerEvent> _delivered = new();

    /// <summary>The events that were delivered, in order; without those of which the handler failed.</summary>
    public ImmutableArray<CustomerEvent> Delivered => [.. _delivered];

    /// <summary>What the handler does with an event, before it counts as delivered.</summary>
    public Func<CustomerEvent, CancellationToken, ValueTask> OnEvent { get; set; } = (_, _) => ValueTask.CompletedTask;

    public async ValueTask HandleAsync(CustomerEvent customerEvent, CancellationToken cancellationToken)
    {
        await OnEvent(customerEvent, cancellationToken);
        _delivered.Enqueue(customerEvent);
    }

    /// <summary>A host with this log's handler.</summary>
    public TestHost Host(
        Action<CustomerProfilesOptions>? options = null,
        Action<CustomerEventOptions>? events = null,
        CustomerProfiles.Stores.ICustomerProfileStore? store = null,
        TestTime? time = null,
        params FakeProvider[] providers
    ) =>
        new(
            options,
            builder =>
            {
                builder.Services.AddSingleton(this);
                builder.AddEvents<Handler>(events);
            },
            store,
            time,
            providers
        );

    /// <summary>Delivers what waits, and returns it shortly: the kind, and the fields that changed.</summary>
    public async Task<string[]> DrainAsync(TestHost host)
    {
        var before = _delivered.Count;
        await host.Get<ICustomerEventRunner>().DrainAsync().AsTask().Soon();
        return [.. Delivered.Skip(before).Select(Text)];
    }

    public static string Text(CustomerEvent customerEvent) =>
        string.Join(' ', customerEvent.Fields.Prepend($"{customerEvent.Kind}"));

    internal sealed class Handler(EventLog log) : ICustomerEventHandler
    {
        public ValueTask HandleAsync(CustomerEvent customerEvent, CancellationToken cancellationToken) =>
            log.HandleAsync(customerEvent, cancellationToken);
    }
}
