using CustomerProfiles.Stores;

namespace CustomerProfiles.Testing.Tests.BrokenStores;

/// <summary>Marks a customer's identities when they are suppressed, and forgets those that come later.</summary>
internal sealed class GainedIdentitiesNotMarked(ICustomerProfileStore inner) : PassingStore(inner)
{
    public override async ValueTask<UpdateResult> UpdateAsync(
        CustomerProfile profile,
        CancellationToken cancellationToken
    )
    {
        var before = await Inner.GetAsync(profile.Tenant, profile.Id, cancellationToken);
        var result = await Inner.UpdateAsync(profile, cancellationToken);
        if (result is UpdateResult.Updated && before!.IsSuppressed)
        {
            foreach (var gained in profile.Identities.Except(before.Profile.Identities))
            {
                await Inner.SetSuppressedAsync(profile.Tenant, gained, suppressed: false, cancellationToken);
            }
        }

        return result;
    }
}
