using NodaTime;

namespace CustomerProfiles.Stores;

/// <summary>A check that a runner holds until the lease ends.</summary>
/// <param name="LeaseId">Which lease it is. A store refuses to take back a check under a lease that another has
/// replaced, or that is of another customer or provider.</param>
/// <param name="Provider">The provider to be asked.</param>
/// <param name="Attempt">The how many-th attempt at this check this is, from 1; an attempt that a host did not live to
/// finish counts.</param>
/// <param name="LeasedUntil">When the lease ends, by the store's clock.</param>
/// <param name="Profile">The customer's profile as it was when the check was claimed.</param>
public sealed record CheckClaim(
    Guid LeaseId,
    string Provider,
    int Attempt,
    Instant LeasedUntil,
    CustomerProfile Profile
)
{
    /// <summary>The tenant.</summary>
    public TenantId Tenant => Profile.Tenant;

    /// <summary>The customer's id.</summary>
    public CustomerId CustomerId => Profile.Id;
}
