using CustomerProfiles.Stores;

namespace CustomerProfiles.Testing.Tests.BrokenStores;

/// <summary>Stores the suppression with the identity, and loses it when the customer loses the identity.</summary>
internal sealed class MarkGoesWithIdentity(ICustomerProfileStore inner) : PassingStore(inner)
{
    public override async ValueTask<UpdateResult> UpdateAsync(
        CustomerProfile profile,
        ProfileChange? change,
        CancellationToken cancellationToken
    )
    {
        var before = await Inner.GetAsync(profile.Tenant, profile.Id, cancellationToken);
        var result = await Inner.UpdateAsync(profile, change, cancellationToken);
        if (result is UpdateResult.Updated)
        {
            foreach (var lost in before!.Profile.Identities.Except(profile.Identities))
            {
                await Inner.SetSuppressedAsync(profile.Tenant, lost, suppressed: false, cancellationToken);
            }
        }

        return result;
    }
}
