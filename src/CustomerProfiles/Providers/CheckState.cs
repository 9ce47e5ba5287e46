using NodaTime;

namespace CustomerProfiles.Stores;

/// <summary>The state of the checks of one customer with one provider.</summary>
/// <remarks>Immutable. All times are kept to the microsecond.</remarks>
public sealed record CheckState
{
    /// <summary>The provider's name.</summary>
    public required string Provider { get; init; }

    /// <summary>When the last check was completed; null when none was.</summary>
    public Instant? LastCheckAt { get; init; }

    /// <summary>What that check found; null exactly when <see cref="LastCheckAt"/> is.</summary>
    public CheckOutcome? LastOutcome { get; init; }

    /// <summary>When a check was last requested, whatever its outcome; null when never.</summary>
    public Instant? RequestedAt { get; init; }

    /// <summary>Whether a check is waiting or running.</summary>
    public bool IsPending { get; init; }

    /// <summary>When the last attempt failed; null when none has since the last completed check.</summary>
    public Instant? LastFailureAt { get; init; }

    /// <summary>Why it failed; null exactly when <see cref="LastFailureAt"/> is.</summary>
    public ProviderFailure? LastFailure { get; init; }
}
