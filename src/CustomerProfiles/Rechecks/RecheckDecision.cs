using NodaTime;

namespace CustomerProfiles;

/// <summary>The decision of a recheck policy, with its reason.</summary>
/// <param name="IsDue">Whether the provider is to be asked.</param>
/// <param name="Reason">Why.</param>
/// <param name="DueAfter"> The instant after which a received conversation starts a recheck; at that very instant it is
/// not due yet. Null when a first check is open, or when the instant lies beyond the calendar.
/// </param>
public readonly record struct RecheckDecision(bool IsDue, RecheckReason Reason, Instant? DueAfter);
