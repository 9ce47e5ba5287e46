using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing.Tests.BrokenStores;

/// <summary>Looks at the switch when an answer arrives, and does not remember that it was off meanwhile.</summary>
internal sealed class SettingForgetsChecksUnderWay(ICustomerProfileStore inner) : PassingStore(inner)
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
        if (
            result is CompleteResult.Dropped
            && (await Inner.GetProviderSettingsAsync(claim.Tenant, cancellationToken)).All(one =>
                one.Provider != claim.Provider || one.IsEnabled
            )
        )
        {
            if (profile is not null)
            {
                await Inner.UpdateAsync(profile, cancellationToken);
            }

            return new CompleteResult.Completed();
        }

        return result;
    }
}
