using System.Collections.Concurrent;
using System.Collections.Immutable;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing.Tests.BrokenStores;

/// <summary>Does not count claimed checks.</summary>
internal sealed class CountsOnlyWhatWaits(ICustomerProfileStore inner) : PassingStore(inner)
{
    private readonly ConcurrentDictionary<Guid, string> _held = [];

    public override async ValueTask<CheckClaim?> ClaimNextCheckAsync(
        ImmutableArray<string> providers,
        Instant now,
        Duration lease,
        CancellationToken cancellationToken
    )
    {
        var claim = await Inner.ClaimNextCheckAsync(providers, now, lease, cancellationToken);
        if (claim is not null)
        {
            _held[claim.LeaseId] = claim.Provider;
        }

        return claim;
    }

    public override ValueTask<CompleteResult> CompleteCheckAsync(
        CheckClaim claim,
        CheckOutcome outcome,
        CustomerProfile? profile,
        ProfileChange? change,
        Instant now,
        CancellationToken cancellationToken
    )
    {
        _held.TryRemove(claim.LeaseId, out _);
        return Inner.CompleteCheckAsync(claim, outcome, profile, change, now, cancellationToken);
    }

    public override ValueTask ReleaseCheckAsync(
        CheckClaim claim,
        CheckRelease release,
        CancellationToken cancellationToken
    )
    {
        _held.TryRemove(claim.LeaseId, out _);
        return Inner.ReleaseCheckAsync(claim, release, cancellationToken);
    }

    public override async ValueTask<ImmutableArray<PendingChecks>> CountPendingChecksAsync(
        CancellationToken cancellationToken
    ) =>
        [
            .. (await Inner.CountPendingChecksAsync(cancellationToken)).Select(one =>
                one with
                {
                    Count = one.Count - _held.Values.Count(held => held == one.Provider),
                }
            ),
        ];
}
