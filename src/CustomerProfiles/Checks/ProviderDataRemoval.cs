using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles;

/// <summary>
/// Removes what a provider gave. When it was last asked stays known, so that nothing is paid for twice.
/// </summary>
internal sealed class ProviderDataRemoval(ICustomerProfileStore store, IClock clock)
{
    /// <summary>Forgets one customer's.</summary>
    /// <returns>Whether the tenant has this customer.</returns>
    public async ValueTask<bool> RemoveAsync(
        TenantId tenant,
        CustomerId id,
        string provider,
        CancellationToken cancellationToken
    )
    {
        if (await store.GetAsync(tenant, id, cancellationToken).ConfigureAwait(false) is not { } customer)
        {
            return false;
        }

        await RemoveAsync(customer.Profile, provider, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Forgets all customers' of a tenant, in the order of their ids.</summary>
    /// <returns>How many profiles changed.</returns>
    public async ValueTask<int> RemoveAsync(TenantId tenant, string provider, CancellationToken cancellationToken)
    {
        var changed = 0;
        var query = new ProfileQuery { PageSize = ProfileQuery.MaxPageSize };
        while (true)
        {
            var page = await store.ListAsync(tenant, query, cancellationToken).ConfigureAwait(false);
            foreach (var profile in page.Profiles)
            {
                changed += await RemoveAsync(profile, provider, cancellationToken).ConfigureAwait(false) ? 1 : 0;
            }

            if (page.Next is not { } next)
            {
                return changed;
            }

            query = query with { After = next };
        }
    }

    private async ValueTask<bool> RemoveAsync(
        CustomerProfile current,
        string provider,
        CancellationToken cancellationToken
    )
    {
        while (
            ResultApplier.RemoveProviderData(current, provider, clock.GetCurrentInstant().ToMicroseconds()) is { } next
        )
        {
            switch (await store.UpdateAsync(next, cancellationToken).ConfigureAwait(false))
            {
                case UpdateResult.Updated:
                    return true;
                case UpdateResult.Stale stale:
                    current = stale.Current;
                    break;
                default:
                    return false;
            }
        }

        return false;
    }
}
