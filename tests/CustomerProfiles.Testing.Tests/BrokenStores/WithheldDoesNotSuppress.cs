using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing.Tests.BrokenStores;

/// <summary>Records a withheld result without suppressing the customer.</summary>
internal sealed class WithheldDoesNotSuppress(ICustomerProfileStore inner) : PassingStore(inner)
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
        if (result is CompleteResult.Completed && outcome == CheckOutcome.Withheld)
        {
            await Inner.SetSuppressedAsync(
                claim.Tenant,
                claim.CustomerId,
                suppressed: false,
                change,
                cancellationToken
            );
        }

        return result;
    }
}
