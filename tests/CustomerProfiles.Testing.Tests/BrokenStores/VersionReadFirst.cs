using CustomerProfiles.Stores;

namespace CustomerProfiles.Testing.Tests.BrokenStores;

/// <summary>Reads the version, compares it, and writes in a second statement without comparing.</summary>
internal sealed class VersionReadFirst(ICustomerProfileStore inner) : PassingStore(inner)
{
    public override async ValueTask<UpdateResult> UpdateAsync(
        CustomerProfile profile,
        ProfileChange? change,
        CancellationToken cancellationToken
    )
    {
        if (
            await Inner.GetAsync(profile.Tenant, profile.Id, cancellationToken) is { } customer
            && customer.Profile.Version != profile.Version - 1
        )
        {
            return new UpdateResult.Stale(customer.Profile);
        }

        await RoundTripAsync(cancellationToken);
        var result = await Inner.UpdateAsync(profile, change, cancellationToken);
        return result is UpdateResult.Stale ? new UpdateResult.Updated() : result;
    }
}
