using System.Collections.Concurrent;
using CustomerProfiles.Stores;

namespace CustomerProfiles.Testing.Tests.BrokenStores;

/// <summary>Finds an identity in any tenant.</summary>
internal sealed class TenantIgnored(ICustomerProfileStore inner) : PassingStore(inner)
{
    private readonly ConcurrentDictionary<Identity, TenantId> _lastIn = [];

    public override ValueTask<ConversationLookup?> CreateAsync(
        NewCustomer customer,
        CancellationToken cancellationToken
    )
    {
        _lastIn[customer.Profile.Identities[0]] = customer.Profile.Tenant;
        return Inner.CreateAsync(customer, cancellationToken);
    }

    public override ValueTask<StoredCustomer?> FindAsync(
        TenantId tenant,
        Identity identity,
        CancellationToken cancellationToken
    ) => Inner.FindAsync(_lastIn.GetValueOrDefault(identity, tenant), identity, cancellationToken);
}
