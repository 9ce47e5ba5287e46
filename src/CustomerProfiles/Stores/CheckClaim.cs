using NodaTime;

namespace CustomerProfiles.Stores;

/// <summary>A check that a runner holds until its lease expires.</summary>
/// <remarks>Immutable.</remarks>
public sealed record CheckClaim
{
    /// <summary>
    /// The lease. A store ignores a claim whose lease has been replaced, or belongs to another customer or provider.
    /// </summary>
    public required Guid LeaseId { get; init; }

    /// <summary>The name of the provider to look up at.</summary>
    public required string Provider { get; init; }

    /// <summary>Attempt number, from 1. An attempt counts even when its host died before it ended.</summary>
    public required int Attempt { get; init; }

    /// <summary>When the lease expires, by the store's clock.</summary>
    public required Instant LeasedUntil { get; init; }

    /// <summary>The customer's profile when the check was claimed.</summary>
    public required CustomerProfile Profile { get; init; }

    /// <summary>The tenant.</summary>
    public TenantId Tenant => Profile.Tenant;

    /// <summary>The customer's id.</summary>
    public CustomerId CustomerId => Profile.Id;
}
