namespace CustomerProfiles.Acceptance.Tests;

/// <summary>How many activities of one name and outcome there were.</summary>
/// <param name="Name">The name.</param>
/// <param name="Outcome">The outcome; null of those that have none, or have not ended.</param>
/// <param name="Count">How many.</param>
internal sealed record CountedActivity(string Name, string? Outcome, int Count);
