using NodaTime;

namespace CustomerProfiles.Providers;

/// <summary>
/// Identifies the check that a callback of a provider completes. See <see cref="IProviderCallbacks"/>.
/// </summary>
/// <remarks>Immutable. <see cref="ToString"/> shows the provider only.</remarks>
public sealed record CallbackReference
{
    /// <summary>Makes a reference.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="customerId">The customer.</param>
    /// <param name="provider">The provider's name.</param>
    /// <param name="leaseId">The lease under which the request was sent. It cannot be guessed, but sign a reference
    /// that leaves the host all the same.</param>
    /// <param name="requestedAt">When the request was sent, to the microsecond.</param>
    public CallbackReference(TenantId tenant, CustomerId customerId, string provider, Guid leaseId, Instant requestedAt)
    {
        Tenant = tenant;
        CustomerId = customerId;
        Provider = provider;
        LeaseId = leaseId;
        RequestedAt = requestedAt;
    }

    /// <summary>The tenant.</summary>
    public TenantId Tenant { get; init; }

    /// <summary>The customer.</summary>
    public CustomerId CustomerId { get; init; }

    /// <summary>The provider's name.</summary>
    public string Provider { get; init; }

    /// <summary>
    /// The lease under which the request was sent. It cannot be guessed, but sign a reference that leaves the host all
    /// the same.
    /// </summary>
    public Guid LeaseId { get; init; }

    /// <summary>When the request was sent, to the microsecond.</summary>
    public Instant RequestedAt { get; init; }

    /// <summary>The provider only: whoever has the rest can complete the check.</summary>
    public override string ToString() => $"{nameof(CallbackReference)} {Provider}";
}
