using System.Collections.Immutable;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing.Tests.BrokenStores;

/// <summary>Grants leases that expire at once.</summary>
internal sealed class LeaseExpiringAtOnce(ICustomerProfileStore inner) : PassingStore(inner)
{
    public override ValueTask<CheckClaim?> ClaimNextCheckAsync(
        ImmutableArray<string> providers,
        Instant now,
        Duration lease,
        CancellationToken cancellationToken
    ) => Inner.ClaimNextCheckAsync(providers, now, Duration.Zero, cancellationToken);
}
