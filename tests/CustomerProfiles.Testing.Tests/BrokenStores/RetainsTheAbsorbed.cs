using System.Collections.Immutable;
using CustomerProfiles.Stores;

namespace CustomerProfiles.Testing.Tests.BrokenStores;

/// <summary>Lists absorbed customers beside those whom a retention policy is to decide on.</summary>
internal sealed class RetainsTheAbsorbed(ICustomerProfileStore inner) : PassingStore(inner)
{
    public override async ValueTask<ImmutableArray<RetainedCustomer>> GetRetainedAsync(
        TenantId tenant,
        CustomerId? after,
        int most,
        CancellationToken cancellationToken
    )
    {
        var listed = new List<RetainedCustomer>();
        foreach (var customer in await base.GetRetainedAsync(tenant, after, most, cancellationToken))
        {
            var record = await GetRecordAsync(tenant, customer.Profile.Id, cancellationToken);
            listed.Add(customer);
            listed.AddRange(
                (record?.Absorbed ?? []).Select(absorbed => new RetainedCustomer
                {
                    Profile = absorbed.Profile,
                    IsSuppressed = customer.IsSuppressed,
                    HasPendingCheck = false,
                })
            );
        }

        return [.. listed.OrderBy(one => one.Profile.Id).Take(most)];
    }
}
