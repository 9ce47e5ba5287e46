namespace CustomerProfiles.Stores;

/// <summary>The day or month for which a store counts a provider's paid results.</summary>
/// <param name="Provider">The provider's name.</param>
/// <param name="Period">The day or month in UTC, such as <c>2026-11-24</c> or <c>2026-11</c>.</param>
public readonly record struct BudgetPeriod(string Provider, string Period);
