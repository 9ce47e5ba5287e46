namespace CustomerProfiles.Acceptance.Tests;

/// <summary>What a histogram recorded.</summary>
/// <param name="Count">How often.</param>
/// <param name="Mean">The mean.</param>
/// <param name="Largest">The largest.</param>
internal sealed record MeasuredSpread(long Count, double Mean, double Largest);
