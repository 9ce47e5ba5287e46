using System.Collections.Immutable;

namespace CustomerProfiles.Stores;

/// <summary>Everything that a store holds about one customer, read in one step.</summary>
/// <remarks>Immutable.</remarks>
public sealed record StoredCustomer
{
    /// <summary>The profile.</summary>
    public required CustomerProfile Profile { get; init; }

    /// <summary>The state of the checks, one entry for each provider from which a check was ever requested.</summary>
    public required ImmutableArray<CheckState> Checks { get; init; }

    /// <summary>
    /// The tenant's provider settings, one entry for each provider that was ever enabled or disabled.
    /// </summary>
    public required ImmutableArray<ProviderSetting> ProviderSettings { get; init; }

    /// <summary>Whether the customer, or one of their identities, is suppressed.</summary>
    public required bool IsSuppressed { get; init; }

    /// <summary>The state of the checks with one provider.</summary>
    /// <param name="provider">The provider's name.</param>
    /// <returns>The state; null when no check was ever requested from the provider.</returns>
    public CheckState? GetCheck(string provider)
    {
        foreach (var check in Checks)
        {
            if (string.Equals(check.Provider, provider, StringComparison.Ordinal))
            {
                return check;
            }
        }

        return null;
    }

    /// <summary>The tenant's setting of one provider.</summary>
    /// <param name="provider">The provider's name.</param>
    /// <returns>The setting; null when it was never changed, which means enabled.</returns>
    public ProviderSetting? GetProviderSetting(string provider)
    {
        foreach (var setting in ProviderSettings)
        {
            if (string.Equals(setting.Provider, provider, StringComparison.Ordinal))
            {
                return setting;
            }
        }

        return null;
    }
}
