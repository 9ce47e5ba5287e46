using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing.Tests.BrokenStores;

/// <summary>Records that an answer was withheld, and leaves the suppressing to somebody else.</summary>
internal sealed class WithheldDoesNotSuppress(ICustomerProfileStore inner) : PassingStore(inner)
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
        if (result is CompleteResult.Completed && outcome == CheckOutcome.Withheld)
        {
            await Inner.SetSuppressedAsync(claim.Tenant, claim.CustomerId, suppressed: false, cancellationToken);
        }

        return result;
    }
}
