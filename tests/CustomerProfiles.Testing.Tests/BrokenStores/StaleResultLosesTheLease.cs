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
        ProfileChange? change,
        Instant now,
        CancellationToken cancellationToken
    )
    {
        var result = await Inner.CompleteCheckAsync(claim, outcome, profile, change, now, cancellationToken);
        if (result is CompleteResult.Stale)
        {
            await Inner.CompleteCheckAsync(claim, outcome, null, change, now, cancellationToken);
        }

        return result;
    }
}
