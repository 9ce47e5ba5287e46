namespace CustomerProfiles.Stores;

/// <summary>The number of pending checks of a provider, over all tenants.</summary>
/// <param name="Provider">The provider's name.</param>
/// <param name="Count">The number.</param>
public readonly record struct PendingChecks(string Provider, long Count);
