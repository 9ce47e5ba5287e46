using NodaTime;

namespace CustomerProfiles.Providers;

/// <summary>
/// What an answer that comes from outside must carry to be taken: which check it answers. See
/// <see cref="IProviderCallbacks"/>.
/// </summary>
/// <param name="Tenant">The tenant.</param>
/// <param name="CustomerId">The customer.</param>
/// <param name="Provider">The provider's name.</param>
/// <param name="LeaseId">The lease under which the question was put. A guess of it is hopeless, but a ticket that
/// leaves the host is to be signed all the same.</param>
/// <param name="RequestedAt">When the question was put, to the microsecond.</param>
/// <remarks>Immutable. <see cref="ToString"/> shows the provider only.</remarks>
public sealed record CallbackReference(
    TenantId Tenant,
    CustomerId CustomerId,
    string Provider,
    Guid LeaseId,
    Instant RequestedAt
)
{
    /// <summary>The provider only: whoever has the rest can answer the check.</summary>
    public override string ToString() => $"{nameof(CallbackReference)} {Provider}";
}
