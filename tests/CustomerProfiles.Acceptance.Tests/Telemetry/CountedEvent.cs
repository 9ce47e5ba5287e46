namespace CustomerProfiles.Acceptance.Tests;

/// <summary>How many log lines of one event there were.</summary>
/// <param name="Id">The event's id.</param>
/// <param name="Name">Its name; null when it has none.</param>
/// <param name="Count">How many.</param>
internal sealed record CountedEvent(int Id, string? Name, int Count);
