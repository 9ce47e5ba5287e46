using NodaTime;

namespace CustomerProfiles.Stores;

/// <summary>Why a claimed check is given back without an answer.</summary>
/// <param name="At">The present, to the microsecond.</param>
/// <param name="Failure">The failure to be recorded; null when there was none.</param>
/// <param name="RetryAt">From when on the check may be claimed again; null to end it.</param>
/// <param name="CountsAsAttempt">Whether the attempt was made; false when the host shut down before the provider was
/// asked.</param>
public readonly record struct CheckRelease(
    Instant At,
    ProviderFailure? Failure,
    Instant? RetryAt,
    bool CountsAsAttempt
);
