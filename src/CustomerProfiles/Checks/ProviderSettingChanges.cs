using System.Collections.Immutable;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles;

/// <summary>Switches providers on and off, per tenant, remembered in the store.</summary>
internal sealed class ProviderSettingChanges(
    ICustomerProfileStore store,
    ProviderRegistry providers,
    IClock clock,
    CustomerProfilesTelemetry telemetry
)
{
    public async ValueTask<SwitchOutcome> SetEnabledAsync(
        TenantId tenant,
        string provider,
        bool on,
        Actor by,
        CancellationToken cancellationToken
    )
    {
        if (providers.Find(provider) is null)
        {
            return new SwitchOutcome.UnknownProvider(providers.Names);
        }

        var to = new ProviderSetting(provider, on, clock.GetCurrentInstant().ToMicroseconds(), by.Id);
        if (!await store.SetProviderSettingAsync(tenant, to, cancellationToken).ConfigureAwait(false))
        {
            return new SwitchOutcome.Unchanged();
        }

        telemetry.Logger.ProviderSettingChanged(provider, on ? "on" : "off", tenant);
        return new SwitchOutcome.Switched();
    }

    public async ValueTask<ImmutableArray<ProviderStatus>> StatusAsync(
        TenantId tenant,
        CancellationToken cancellationToken
    )
    {
        var settings = await store.GetProviderSettingsAsync(tenant, cancellationToken).ConfigureAwait(false);
        return
        [
            .. providers.All.Select(provider =>
            {
                var last = settings.FirstOrDefault(candidate =>
                    string.Equals(candidate.Provider, provider.Name, StringComparison.Ordinal)
                );
                return new ProviderStatus
                {
                    Provider = provider.Name,
                    IsEnabled = last?.IsEnabled ?? true,
                    ChangedAt = last?.ChangedAt,
                    ChangedBy = last?.ChangedBy,
                    ClaimPage = provider.ClaimPage,
                };
            }),
        ];
    }
}
