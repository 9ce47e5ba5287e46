namespace CustomerProfiles.Acceptance.Tests;

/// <summary>An instrument, and what it measured.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">Its kind, such as <c>Counter</c>.</param>
/// <param name="Unit">Its unit; null when it has none.</param>
/// <param name="Series">What it measured, for each combination of tags; empty when nothing.</param>
internal sealed record MeasuredInstrument(string Name, string Kind, string? Unit, IReadOnlyList<MeasuredSeries> Series);
