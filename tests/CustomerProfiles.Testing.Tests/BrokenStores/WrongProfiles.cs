using System.Collections.Concurrent;
using CustomerProfiles.Stores;

namespace CustomerProfiles.Testing.Tests.BrokenStores;

/// <summary>Reads another profile alone than with the customer.</summary>
internal sealed class WrongProfiles(ICustomerProfileStore inner) : PassingStore(inner)
{
    private readonly ConcurrentDictionary<(TenantId, CustomerId), CustomerProfile?> _read = [];
    private readonly ConcurrentDictionary<Identity, TenantId> _lastIn = [];

    /// <summary>Whether a profile stays as it was first read by id.</summary>
    public bool KeepsTheFirst { get; init; }

    /// <summary>Whether an identity is found in any tenant.</summary>
    public bool IgnoresTenants { get; init; }

    public override ValueTask<ConversationLookup?> CreateAsync(
        NewCustomer customer,
        CancellationToken cancellationToken
    )
    {
        _lastIn[customer.Profile.Identities[0]] = customer.Profile.Tenant;
        return base.CreateAsync(customer, cancellationToken);
    }

    public override async ValueTask<CustomerProfile?> GetProfileAsync(
        TenantId tenant,
        CustomerId id,
        CancellationToken cancellationToken
    )
    {
        var profile = await base.GetProfileAsync(tenant, id, cancellationToken);
        return KeepsTheFirst && profile is not null ? _read.GetOrAdd((tenant, id), profile) : profile;
    }

    public override ValueTask<CustomerProfile?> FindProfileAsync(
        TenantId tenant,
        Identity identity,
        CancellationToken cancellationToken
    ) =>
        base.FindProfileAsync(
            IgnoresTenants ? _lastIn.GetValueOrDefault(identity, tenant) : tenant,
            identity,
            cancellationToken
        );
}
