namespace CustomerProfiles.Acceptance.Tests;

/// <summary>What an instrument measured with one combination of tags.</summary>
/// <param name="Tags">The tags.</param>
/// <param name="Value">The sum of a counter, or what a gauge showed last; null of a histogram.</param>
/// <param name="Spread">What a histogram recorded; null of any other instrument.</param>
internal sealed record MeasuredSeries(
    IReadOnlyList<KeyValuePair<string, string>> Tags,
    double? Value,
    MeasuredSpread? Spread
);
