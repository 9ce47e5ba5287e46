namespace CustomerProfiles.Acceptance.Tests;

/// <summary>The distribution of a histogram.</summary>
/// <param name="Count">The number of measurements.</param>
/// <param name="Mean">The mean.</param>
/// <param name="Largest">The largest.</param>
internal sealed record MeasuredSpread(long Count, double Mean, double Largest);
