using CustomerProfiles.Stores;

namespace CustomerProfiles.Testing.Tests.BrokenStores;

/// <summary>Suppresses the current identities of a customer, but not those gained later.</summary>
internal sealed class GainedIdentitiesNotMarked(ICustomerProfileStore inner) : PassingStore(inner)
{
    public override async ValueTask<UpdateResult> UpdateAsync(
        CustomerProfile profile,
        ProfileChange? change,
        CancellationToken cancellationToken
    )
    {
        var before = await Inner.GetAsync(profile.Tenant, profile.Id, cancellationToken);
        var result = await Inner.UpdateAsync(profile, change, cancellationToken);
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
