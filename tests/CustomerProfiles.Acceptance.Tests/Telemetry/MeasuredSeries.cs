namespace CustomerProfiles.Acceptance.Tests;

/// <summary>The measurements of an instrument with one combination of tags.</summary>
/// <param name="Tags">The tags.</param>
/// <param name="Value">The sum of a counter, or the last value of a gauge; null for a histogram.</param>
/// <param name="Spread">The distribution of a histogram; null for another instrument.</param>
internal sealed record MeasuredSeries(
    IReadOnlyList<KeyValuePair<string, string>> Tags,
    double? Value,
    MeasuredSpread? Spread
);
