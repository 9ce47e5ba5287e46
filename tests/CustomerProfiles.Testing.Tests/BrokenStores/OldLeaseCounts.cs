using System.Collections.Concurrent;
using System.Collections.Immutable;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing.Tests.BrokenStores;

/// <summary>Identifies the holder of a check by customer and provider, and not by lease.</summary>
internal sealed class OldLeaseCounts(ICustomerProfileStore inner) : PassingStore(inner)
{
    private readonly ConcurrentDictionary<(TenantId, CustomerId, string), Guid> _leases = [];

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
            _leases[(claim.Tenant, claim.CustomerId, claim.Provider)] = claim.LeaseId;
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
    ) =>
        Inner.CompleteCheckAsync(
            claim with
            {
                LeaseId = _leases.GetValueOrDefault((claim.Tenant, claim.CustomerId, claim.Provider)),
            },
            outcome,
            profile,
            change,
            now,
            cancellationToken
        );
}
