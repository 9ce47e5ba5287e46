using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing.Tests.BrokenStores;

/// <summary>Requests a check while one is pending, and ignores the last one.</summary>
internal sealed class SecondRequest(ICustomerProfileStore inner) : PassingStore(inner)
{
    public override async ValueTask<bool> RequestCheckAsync(
        TenantId tenant,
        CustomerId id,
        string provider,
        Instant? lastCheckAt,
        Instant now,
        CancellationToken cancellationToken
    ) =>
        await Inner.RequestCheckAsync(tenant, id, provider, lastCheckAt, now, cancellationToken)
        || (await Inner.GetAsync(tenant, id, cancellationToken))?.GetCheck(provider)?.IsPending == true;
}
