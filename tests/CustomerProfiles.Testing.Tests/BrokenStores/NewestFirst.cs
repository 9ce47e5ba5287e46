using System.Collections.Immutable;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing.Tests.BrokenStores;

/// <summary>Claims the newest request first.</summary>
internal sealed class NewestFirst(ICustomerProfileStore inner) : PassingStore(inner)
{
    public override async ValueTask<CheckClaim?> ClaimNextCheckAsync(
        ImmutableArray<string> providers,
        Instant now,
        Duration lease,
        CancellationToken cancellationToken
    )
    {
        var claims = new Stack<CheckClaim>();
        while (await Inner.ClaimNextCheckAsync(providers, now, lease, cancellationToken) is { } claim)
        {
            claims.Push(claim);
        }

        if (!claims.TryPop(out var newest))
        {
            return null;
        }

        foreach (var other in claims.Reverse())
        {
            await Inner.ReleaseCheckAsync(
                other,
                new CheckRelease
                {
                    At = now,
                    Failure = null,
                    RetryAt = now,
                    CountsAsAttempt = false,
                },
                cancellationToken
            );
        }

        return newest;
    }
}
