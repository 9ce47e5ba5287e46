using System.Collections.Immutable;
using NodaTime;
using NodaTime.Extensions;

namespace CustomerProfiles.Stores;

public sealed partial class InMemoryCustomerProfileStore
{
    private readonly Dictionary<(TenantId, CustomerId), EventQueue> _queues = [];

    /// <summary>The queues that have events and are not stopped.</summary>
    private readonly SortedSet<EventQueue> _deliverable = new(EventQueue.ByAvailability);

    private bool _areEventsOn;

    /// <inheritdoc/>
    public ValueTask<bool> AreEventsOnAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            return new(_areEventsOn);
        }
    }

    /// <inheritdoc/>
    public ValueTask SetEventsOnAsync(bool areOn, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            _areEventsOn = areOn;
            if (!areOn)
            {
                _deliverable.Clear();
                foreach (var queue in _queues.Values)
                {
                    queue.Clear();
                }
            }

            return default;
        }
    }

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<ClaimedEvents>> ClaimEventsAsync(
        int mostQueues,
        int mostEvents,
        Duration lease,
        CancellationToken cancellationToken
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(mostQueues, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(mostEvents, 1);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            var clock = _time.GetCurrentInstant();
            EventQueue[] claimed = [.. _deliverable.TakeWhile(queue => queue.AvailableFrom <= clock).Take(mostQueues)];
            foreach (var queue in claimed)
            {
                Place(queue, clock + lease, Guid.NewGuid());
            }

            return new([.. claimed.Select(queue => queue.Claimed(mostEvents))]);
        }
    }

    /// <inheritdoc/>
    public ValueTask SettleEventsAsync(ImmutableArray<EventSettlement> settlements, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            var clock = _time.GetCurrentInstant();
            foreach (var settlement in settlements)
            {
                var claim = settlement.Claim;
                if (_queues.GetValueOrDefault((claim.Tenant, claim.CustomerId)) is { } queue && queue.IsHeldBy(claim))
                {
                    queue.RemoveThrough(settlement.DeliveredThrough);
                    queue.Attempts = settlement.Attempts;
                    queue.IsStopped = settlement.Stops;
                    Place(queue, clock + settlement.Delay);
                }
            }

            return default;
        }
    }

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<StoppedEvents>> GetStoppedEventsAsync(int most, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            return new([
                .. _queues
                    .Values.Where(queue => queue.IsStopped)
                    .Take(most)
                    .Select(queue => new StoppedEvents { Event = queue.First, Attempts = queue.Attempts }),
            ]);
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> RestartEventsAsync(
        TenantId tenant,
        CustomerId id,
        long sequence,
        bool skips,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (
                _queues.GetValueOrDefault((tenant, id)) is not { IsStopped: true } queue
                || queue.FirstSequence != sequence
            )
            {
                return new(false);
            }

            if (skips)
            {
                queue.RemoveThrough(sequence);
            }

            queue.Attempts = 0;
            queue.IsStopped = false;
            Place(queue, _time.GetCurrentInstant());
            return new(true);
        }
    }

    /// <summary>Keeps what a call passes of a change: in the history, and as an event.</summary>
    private void Remember(Customer customer, long? version, ProfileChange? change)
    {
        customer.Remember(version, change);
        WriteEvent(customer.Profile.Tenant, customer.Profile.Id, change?.Event);
    }

    private void WriteEvent(TenantId tenant, CustomerId id, EventWrite? write)
    {
        if (write is null)
        {
            return;
        }

        if (!_queues.TryGetValue((tenant, id), out var queue))
        {
            _queues.Add((tenant, id), queue = new EventQueue(tenant, id, _queues.Count));
        }

        var isFirst = queue.IsEmpty;
        queue.Add(EventSerializer.Serialize(write));
        if (isFirst)
        {
            Place(queue, _time.GetCurrentInstant());
        }
    }

    /// <summary>Puts a queue where it belongs among those that wait.</summary>
    private void Place(EventQueue queue, Instant availableFrom, Guid? lease = null)
    {
        // The set is sorted by what changes here, so the queue is removed and added again.
        _deliverable.Remove(queue);
        queue.AvailableFrom = availableFrom;
        queue.Lease = lease;
        if (!queue.IsEmpty && !queue.IsStopped)
        {
            _deliverable.Add(queue);
        }
    }

    /// <summary>The events of one customer, kept apart from the customer.</summary>
    private sealed class EventQueue(TenantId tenant, CustomerId id, int order)
    {
        public static readonly IComparer<EventQueue> ByAvailability = Comparer<EventQueue>.Create(
            (one, other) =>
            {
                var byTime = one.AvailableFrom.CompareTo(other.AvailableFrom);
                return byTime != 0 ? byTime : one._order.CompareTo(other._order);
            }
        );

        private readonly int _order = order;
        private readonly List<(long Sequence, string Document)> _waiting = [];
        private long _last;

        public bool IsEmpty => _waiting.Count == 0;

        public long FirstSequence => _waiting[0].Sequence;

        public CustomerEvent First => Read(_waiting[0]);

        /// <summary>Since when the queue waits, or when its lease or delay ends.</summary>
        public Instant AvailableFrom { get; set; }

        public Guid? Lease { get; set; }

        public int Attempts { get; set; }

        public bool IsStopped { get; set; }

        public void Add(string document) => _waiting.Add((++_last, document));

        public void RemoveThrough(long sequence) => _waiting.RemoveAll(waiting => waiting.Sequence <= sequence);

        /// <summary>Begins again, but for the counter.</summary>
        public void Clear()
        {
            _waiting.Clear();
            Lease = null;
            Attempts = 0;
            IsStopped = false;
        }

        /// <summary>Whether the claim is the last one, though its lease may have expired.</summary>
        public bool IsHeldBy(ClaimedEvents claim) => Lease == claim.Lease;

        public ClaimedEvents Claimed(int mostEvents) =>
            new()
            {
                Tenant = tenant,
                CustomerId = id,
                Lease = Lease!.Value,
                Attempts = Attempts,
                Events = [.. _waiting.Take(mostEvents).Select(Read)],
            };

        private CustomerEvent Read((long Sequence, string Document) waiting) =>
            EventSerializer.Deserialize(waiting.Document, tenant, id, waiting.Sequence);
    }
}
