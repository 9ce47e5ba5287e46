using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing.Tests.BrokenStores;

/// <summary>
/// Reads the provider setting when a result arrives, and does not notice that it was disabled meanwhile.
/// </summary>
internal sealed class SettingIgnoresRunningChecks(ICustomerProfileStore inner) : PassingStore(inner)
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
        if (
            result is CompleteResult.Dropped
            && (await Inner.GetProviderSettingsAsync(claim.Tenant, cancellationToken)).All(one =>
                one.Provider != claim.Provider || one.IsEnabled
            )
        )
        {
            if (profile is not null)
            {
                await Inner.UpdateAsync(profile, change, cancellationToken);
            }

            return new CompleteResult.Completed();
        }

        return result;
    }
}
