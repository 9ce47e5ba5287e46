using System.Collections.Immutable;

namespace CustomerProfiles.Stores;

/// <summary>Everything that a store holds about one customer, read in one step.</summary>
/// <param name="Profile">The profile.</param>
/// <param name="Checks">The checks, one entry for each provider that was ever asked for.</param>
/// <param name="ProviderSettings">The tenant's switches, one entry for each provider that was ever switched.</param>
/// <param name="IsSuppressed">Whether the customer, or one of their identities, is not to be looked up.</param>
public sealed record StoredCustomer(
    CustomerProfile Profile,
    ImmutableArray<CheckState> Checks,
    ImmutableArray<ProviderSetting> ProviderSettings,
    bool IsSuppressed
)
{
    /// <summary>The checks with one provider.</summary>
    /// <param name="provider">The provider's name.</param>
    /// <returns>The state; null when the provider was never asked for.</returns>
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

    /// <summary>The switch of one provider.</summary>
    /// <param name="provider">The provider's name.</param>
    /// <returns>The switch; null when it was never touched, which means on.</returns>
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
