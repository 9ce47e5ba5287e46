namespace CustomerProfiles.Acceptance.Tests;

/// <summary>The number of activities with one name and outcome.</summary>
/// <param name="Name">The name.</param>
/// <param name="Outcome">The outcome; null when there is none, or the activity has not ended.</param>
/// <param name="Count">The number.</param>
internal sealed record CountedActivity(string Name, string? Outcome, int Count);
