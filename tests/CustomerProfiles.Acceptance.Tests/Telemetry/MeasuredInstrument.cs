namespace CustomerProfiles.Acceptance.Tests;

/// <summary>An instrument and its measurements.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">Its kind, such as <c>Counter</c>.</param>
/// <param name="Unit">Its unit; null when it has none.</param>
/// <param name="Series">The measurements for each combination of tags.</param>
internal sealed record MeasuredInstrument(string Name, string Kind, string? Unit, IReadOnlyList<MeasuredSeries> Series);
