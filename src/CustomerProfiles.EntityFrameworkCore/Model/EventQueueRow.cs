namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// The queue of one customer's events. It refers to no customer, and stays when it is empty: the counter outlives the
/// customer. Whoever writes or removes an event of the queue writes this row too, so that its lock is that of the
/// queue.
/// </summary>
internal sealed class EventQueueRow
{
    public required string Tenant { get; set; }

    public Guid CustomerId { get; set; }

    /// <summary>The sequence of the last event that was written.</summary>
    public long LastSequence { get; set; }

    /// <summary>How often the first event has failed.</summary>
    public int Attempts { get; set; }

    /// <summary>The current lease; null when the queue is not held.</summary>
    public Guid? LeaseId { get; set; }

    /// <summary>
    /// When the queue may be claimed, by the clock of the store: since when it waits, or the end of its lease or delay.
    /// The end of all time when it is stopped. Null when it has no events.
    /// </summary>
    public DateTime? AvailableFrom { get; set; }
}
