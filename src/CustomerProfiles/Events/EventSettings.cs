namespace CustomerProfiles;

/// <summary>Whether the host writes events: <c>AddEvents</c> was called.</summary>
internal sealed record EventSettings(bool WritesEvents);
