using CustomerProfiles.Stores;

namespace CustomerProfiles.Testing.Tests.BrokenStores;

/// <summary>Overwrites any version.</summary>
internal sealed class VersionIgnored(ICustomerProfileStore inner) : PassingStore(inner)
{
    public override async ValueTask<UpdateResult> UpdateAsync(
        CustomerProfile profile,
        ProfileChange? change,
        CancellationToken cancellationToken
    )
    {
        while (true)
        {
            var result = await Inner.UpdateAsync(profile, change, cancellationToken);
            if (result is not UpdateResult.Stale { Current: var current })
            {
                return result;
            }

            profile = new CustomerProfile(
                profile.Tenant,
                profile.Id,
                current.Version + 1,
                profile.CreatedAt,
                profile.UpdatedAt,
                profile.Identities,
                profile.Values
            );
        }
    }
}
