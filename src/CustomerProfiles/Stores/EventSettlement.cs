using NodaTime;

namespace CustomerProfiles.Stores;

/// <summary>The result of delivering the events of a claimed queue.</summary>
/// <remarks>Immutable. <see cref="ToString"/> shows the sequence only.</remarks>
public sealed class EventSettlement
{
    /// <summary>The queue, as it was claimed.</summary>
    public required ClaimedEvents Claim { get; init; }

    /// <summary>
    /// The sequence of the last event that was delivered: it and those before it are removed. 0 when none was.
    /// </summary>
    public required long DeliveredThrough { get; init; }

    /// <summary>How often the event after it has failed.</summary>
    public int Attempts { get; init; }

    /// <summary>How long the queue is not claimed, by the store's clock. Zero for not at all.</summary>
    public Duration Delay { get; init; }

    /// <summary>Whether the queue stops: it is not claimed until it is restarted.</summary>
    public bool Stops { get; init; }

    /// <summary>The sequence only.</summary>
    public override string ToString() => $"through {DeliveredThrough}";
}
