using CustomerProfiles.Stores;

namespace CustomerProfiles.Testing.Tests.BrokenStores;

/// <summary>Writes although its token was cancelled before the call.</summary>
internal sealed class CancellationIgnored(ICustomerProfileStore inner) : PassingStore(inner)
{
    public override async ValueTask<bool> SetSuppressedAsync(
        TenantId tenant,
        CustomerId id,
        bool suppressed,
        ProfileChange? change,
        CancellationToken cancellationToken
    )
    {
        var known = await Inner.SetSuppressedAsync(tenant, id, suppressed, change, CancellationToken.None);
        cancellationToken.ThrowIfCancellationRequested();
        return known;
    }
}
