namespace CustomerProfiles.Acceptance.Tests;

/// <summary>The number of log entries of one event.</summary>
/// <param name="Id">The id of the event.</param>
/// <param name="Name">The name of the event; null when it has none.</param>
/// <param name="Count">The number.</param>
internal sealed record CountedEvent(int Id, string? Name, int Count);
