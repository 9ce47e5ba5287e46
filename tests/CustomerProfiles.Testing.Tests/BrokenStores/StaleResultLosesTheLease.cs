using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing.Tests.BrokenStores;

/// <summary>Ends the check although the result was stale.</summary>
internal sealed class StaleResultLosesTheLease(ICustomerProfileStore inner) : PassingStore(inner)
{
    public override async ValueTask<CompleteResult> CompleteCheckAsync(
        CheckClaim claim,
        CheckOutcome outcome,
        CustomerProfile? profile,
        Instant now,
        CancellationToken cancellationToken
    )
    {
        var result = await Inner.CompleteCheckAsync(claim, outcome, profile, now, cancellationToken);
        if (result is CompleteResult.Stale)
        {
            await Inner.CompleteCheckAsync(claim, outcome, null, now, cancellationToken);
        }

        return result;
    }
}
