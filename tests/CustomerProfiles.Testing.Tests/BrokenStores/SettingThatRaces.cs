using System.Collections.Concurrent;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing.Tests.BrokenStores;

/// <summary>Reads the provider setting in a separate statement before it requests a check.</summary>
internal sealed class SettingThatRaces(ICustomerProfileStore inner) : PassingStore(inner)
{
    private readonly ConcurrentDictionary<(TenantId, string), bool> _late = [];

    public override async ValueTask<bool> RequestCheckAsync(
        TenantId tenant,
        CustomerId id,
        string provider,
        Instant? lastCheckAt,
        Instant now,
        CancellationToken cancellationToken
    )
    {
        if (
            (await Inner.GetProviderSettingsAsync(tenant, cancellationToken)).Any(one =>
                one.Provider == provider && !one.IsEnabled
            )
        )
        {
            return false;
        }

        await RoundTripAsync(cancellationToken);
        var isRequested = await Inner.RequestCheckAsync(tenant, id, provider, lastCheckAt, now, cancellationToken);
        if (
            !isRequested
            && (await Inner.GetProviderSettingsAsync(tenant, cancellationToken)).Any(one =>
                one.Provider == provider && !one.IsEnabled
            )
        )
        {
            // The write without another look at the setting.
            _late[(tenant, provider)] = true;
        }

        return isRequested;
    }

    public override async ValueTask<StoredCustomer?> GetAsync(
        TenantId tenant,
        CustomerId id,
        CancellationToken cancellationToken
    ) =>
        await Inner.GetAsync(tenant, id, cancellationToken) is { } customer
            ? customer with
            {
                Checks =
                [
                    .. customer.Checks,
                    .. _late
                        .Keys.Where(late => late.Item1 == tenant)
                        .Select(late => new CheckState { Provider = late.Item2, IsPending = true }),
                ],
            }
            : null;
}
