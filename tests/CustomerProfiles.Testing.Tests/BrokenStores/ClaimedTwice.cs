using System.Collections.Immutable;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing.Tests.BrokenStores;

/// <summary>Selects the next check and leases it in a second statement, without locking the row.</summary>
internal sealed class ClaimedTwice(ICustomerProfileStore inner) : PassingStore(inner)
{
    private CheckClaim? _selected;

    public override async ValueTask<CheckClaim?> ClaimNextCheckAsync(
        ImmutableArray<string> providers,
        Instant now,
        Duration lease,
        CancellationToken cancellationToken
    )
    {
        if (Interlocked.Exchange(ref _selected, null) is { } selected)
        {
            return selected with { LeaseId = Guid.NewGuid() };
        }

        var claim = await Inner.ClaimNextCheckAsync(providers, now, lease, cancellationToken);
        Volatile.Write(ref _selected, claim);
        await RoundTripAsync(cancellationToken);
        Interlocked.CompareExchange(ref _selected, null, claim);
        return claim;
    }
}
