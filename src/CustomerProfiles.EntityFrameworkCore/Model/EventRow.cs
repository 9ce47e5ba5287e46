namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>An event that waits for delivery. It refers to no customer, so that it outlives them.</summary>
internal sealed class EventRow
{
    public required string Tenant { get; set; }

    public Guid CustomerId { get; set; }

    public long Sequence { get; set; }

    /// <summary>What <see cref="Stores.EventSerializer"/> reads.</summary>
    public required string Event { get; set; }
}
