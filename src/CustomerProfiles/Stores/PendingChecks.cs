namespace CustomerProfiles.Stores;

/// <summary>How many checks of a provider are pending, over all tenants.</summary>
/// <param name="Provider">The provider's name.</param>
/// <param name="Count">How many.</param>
public readonly record struct PendingChecks(string Provider, long Count);
