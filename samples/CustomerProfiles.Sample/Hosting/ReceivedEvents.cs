using System.Collections.Concurrent;

namespace CustomerProfiles.Sample;

/// <summary>The events that this run received.</summary>
internal sealed class ReceivedEvents
{
    /// <summary>An import of any size must not fill the memory.</summary>
    private const int MaxKept = 1_000;

    private readonly ConcurrentQueue<CustomerEvent> _latest = [];
    private int _created;

    /// <summary>The number of customers who were created.</summary>
    public int Created => _created;

    /// <summary>The events of a customer, in their order.</summary>
    public IReadOnlyList<CustomerEvent> Of(CustomerId customer) =>
        [.. _latest.Where(received => received.CustomerId == customer)];

    private void Add(CustomerEvent received)
    {
        if (received.Kind == CustomerEventKind.Created)
        {
            Interlocked.Increment(ref _created);
        }

        _latest.Enqueue(received);
        if (_latest.Count > MaxKept)
        {
            _latest.TryDequeue(out _);
        }
    }

    /// <summary>A help desk would update its own tables here, or publish to its message bus.</summary>
    internal sealed class Handler(ReceivedEvents events) : ICustomerEventHandler
    {
        public ValueTask HandleAsync(CustomerEvent customerEvent, CancellationToken cancellationToken)
        {
            events.Add(customerEvent);
            return default;
        }
    }
}
