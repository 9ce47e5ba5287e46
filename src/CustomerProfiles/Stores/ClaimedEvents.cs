using System.Collections.Immutable;

namespace CustomerProfiles.Stores;

/// <summary>The events of one customer that wait for delivery, held under a lease.</summary>
/// <remarks>Immutable. <see cref="ToString"/> shows the number of events only.</remarks>
public sealed class ClaimedEvents
{
    /// <summary>The tenant.</summary>
    public required TenantId Tenant { get; init; }

    /// <summary>The customer.</summary>
    public required CustomerId CustomerId { get; init; }

    /// <summary>The lease under which the caller holds the queue.</summary>
    public required Guid Lease { get; init; }

    /// <summary>How often the first event failed before.</summary>
    public required int Attempts { get; init; }

    /// <summary>The first events of the queue, in order; at least one. There may be more.</summary>
    public required ImmutableArray<CustomerEvent> Events { get; init; }

    /// <summary>The number of events only.</summary>
    public override string ToString() => $"{Events.Length} events";
}
