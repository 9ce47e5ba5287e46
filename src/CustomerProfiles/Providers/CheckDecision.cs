using NodaTime;

namespace CustomerProfiles;

/// <summary>What was decided about one provider when a conversation came in, and why.</summary>
/// <param name="Provider">The provider's name.</param>
/// <param name="Requested">Whether a check was asked for. It runs later: intake never waits for a provider.</param>
/// <param name="Reason">Why.</param>
/// <param name="DueAfter">The instant after which a received conversation starts the next check; null when that is not
/// known or a first check is open.</param>
public readonly record struct CheckDecision(string Provider, bool Requested, CheckReason Reason, Instant? DueAfter);
