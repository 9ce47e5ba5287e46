using NodaTime;

namespace CustomerProfiles.Stores;

/// <summary>Why a claimed check is released without a result, and when it may be claimed again.</summary>
/// <remarks>Immutable.</remarks>
public sealed class CheckRelease
{
    /// <summary>The current time, to the microsecond.</summary>
    public required Instant At { get; init; }

    /// <summary>The failure to record; null when there was none.</summary>
    public ProviderFailure? Failure { get; init; }

    /// <summary>From when on the check may be claimed again; null to end it.</summary>
    public Instant? RetryAt { get; init; }

    /// <summary>
    /// Whether the attempt was made; false when the provider was not called, for example because the host shut down.
    /// </summary>
    public required bool CountsAsAttempt { get; init; }
}
