using CustomerProfiles.Profiles;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Enrichment;

/// <summary>Removes what a provider gave. When it was last asked stays known, so that nothing is paid for twice.</summary>
internal sealed class ProviderForgetting(ICustomerProfileStore store, IClock clock)
{
    /// <summary>Forgets one customer's.</summary>
    /// <returns>Whether the tenant has this customer.</returns>
    public async ValueTask<bool> ForgetAsync(TenantId tenant, CustomerId id, string provider, CancellationToken cancellationToken)
    {
        if (await store.GetAsync(tenant, id, cancellationToken).ConfigureAwait(false) is not { } customer)
        {
            return false;
        }

        await ForgetAsync(customer.Profile, provider, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Forgets all customers' of a tenant, in the order of their ids.</summary>
    /// <returns>How many profiles changed.</returns>
    public async ValueTask<int> ForgetAsync(TenantId tenant, string provider, CancellationToken cancellationToken)
    {
        var changed = 0;
        var query = new ProfileQuery { PageSize = ProfileQuery.MaxPageSize };
        while (true)
        {
            var page = await store.ListAsync(tenant, query, cancellationToken).ConfigureAwait(false);
            foreach (var profile in page.Profiles)
            {
                changed += await ForgetAsync(profile, provider, cancellationToken).ConfigureAwait(false) ? 1 : 0;
            }

            if (page.Next is not { } next)
            {
                return changed;
            }

            query = query with { After = next };
        }
    }

    private async ValueTask<bool> ForgetAsync(CustomerProfile present, string provider, CancellationToken cancellationToken)
    {
        while (AnswerApplication.Forget(present, provider, clock.GetCurrentInstant().ToMicroseconds()) is { } next)
        {
            switch (await store.UpdateAsync(next, cancellationToken).ConfigureAwait(false))
            {
                case UpdateResult.Updated:
                    return true;
                case UpdateResult.Stale stale:
                    present = stale.Present;
                    break;
                default:
                    return false;
            }
        }

        return false;
    }
}
