using System.Collections.Immutable;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles;

/// <summary>Enables and disables providers, per tenant, remembered in the store.</summary>
internal sealed class ProviderSettingChanges(
    ICustomerProfileStore store,
    ProviderRegistry providers,
    IClock clock,
    CustomerProfilesTelemetry telemetry
)
{
    /// <summary>Enables or disables a provider.</summary>
    /// <returns>Whether this host has such a provider; if not, nothing was written.</returns>
    public async ValueTask<bool> SetEnabledAsync(
        TenantId tenant,
        string provider,
        bool isEnabled,
        Actor by,
        CancellationToken cancellationToken
    )
    {
        if (providers.Find(provider) is null)
        {
            return false;
        }

        var setting = new ProviderSetting(provider, isEnabled, clock.GetCurrentInstant().ToMicroseconds(), by.Id);
        if (await store.SetProviderSettingAsync(tenant, setting, cancellationToken).ConfigureAwait(false))
        {
            telemetry.Logger.ProviderSettingChanged(provider, isEnabled ? "enabled" : "disabled", tenant);
        }

        return true;
    }

    /// <summary>The host's providers, each with the tenant's setting.</summary>
    public async ValueTask<ImmutableArray<ProviderStatus>> GetStatusAsync(
        TenantId tenant,
        CancellationToken cancellationToken
    )
    {
        var settings = await store.GetProviderSettingsAsync(tenant, cancellationToken).ConfigureAwait(false);
        return
        [
            .. providers.All.Select(provider =>
            {
                var setting = settings.FirstOrDefault(candidate =>
                    string.Equals(candidate.Provider, provider.Name, StringComparison.Ordinal)
                );
                return new ProviderStatus
                {
                    Provider = provider.Name,
                    IsEnabled = setting?.IsEnabled ?? true,
                    ChangedAt = setting?.ChangedAt,
                    ChangedBy = setting?.ChangedBy,
                    ClaimPage = provider.ClaimPage,
                };
            }),
        ];
    }
}
