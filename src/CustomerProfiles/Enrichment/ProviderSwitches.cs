using System.Collections.Immutable;
using CustomerProfiles.Diagnostics;
using CustomerProfiles.Profiles;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Enrichment;

/// <summary>Switches providers on and off, per tenant, remembered in the store.</summary>
internal sealed class ProviderSwitches(ICustomerProfileStore store, ProviderDirectory providers, IClock clock, CustomerProfilesTelemetry telemetry)
{
    public async ValueTask<SwitchOutcome> SwitchAsync(TenantId tenant, string provider, bool on, Actor by, CancellationToken cancellationToken)
    {
        if (providers.Find(provider) is null)
        {
            return new SwitchOutcome.UnknownProvider(providers.Names);
        }

        var to = new ProviderSwitch(provider, on, clock.GetCurrentInstant().ToMicroseconds(), by.Id);
        if (!await store.SetSwitchAsync(tenant, to, cancellationToken).ConfigureAwait(false))
        {
            return new SwitchOutcome.Unchanged();
        }

        telemetry.Logger.Switched(provider, on ? "on" : "off", tenant);
        return new SwitchOutcome.Switched();
    }

    public async ValueTask<ImmutableArray<ProviderStatus>> StatusAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        var switches = await store.GetSwitchesAsync(tenant, cancellationToken).ConfigureAwait(false);
        return
        [
            .. providers.All.Select(provider =>
            {
                var last = switches.FirstOrDefault(candidate => string.Equals(candidate.Provider, provider.Name, StringComparison.Ordinal));
                return new ProviderStatus(provider.Name, last?.IsOn ?? true, last?.ChangedAt, last?.ChangedBy, provider.ClaimPage);
            }),
        ];
    }
}
