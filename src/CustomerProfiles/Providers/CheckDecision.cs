using NodaTime;

namespace CustomerProfiles;

/// <summary>What a conversation decided for one provider, and why.</summary>
/// <remarks>Immutable.</remarks>
public readonly record struct CheckDecision
{
    /// <summary>Makes a decision.</summary>
    /// <param name="provider">The provider's name.</param>
    /// <param name="requested">Whether a check was requested. It runs later: intake never waits for a provider.</param>
    /// <param name="reason">Why.</param>
    /// <param name="dueAfter">The instant after which a received conversation starts the next check; null when it is
    /// not known, or when a first check is due.</param>
    public CheckDecision(string provider, bool requested, CheckReason reason, Instant? dueAfter)
    {
        Provider = provider;
        Requested = requested;
        Reason = reason;
        DueAfter = dueAfter;
    }

    /// <summary>The provider's name.</summary>
    public string Provider { get; init; }

    /// <summary>Whether a check was requested. It runs later: intake never waits for a provider.</summary>
    public bool Requested { get; init; }

    /// <summary>Why.</summary>
    public CheckReason Reason { get; init; }

    /// <summary>
    /// The instant after which a received conversation starts the next check; null when it is not known, or when a
    /// first check is due.
    /// </summary>
    public Instant? DueAfter { get; init; }
}
