using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles;

/// <summary>
/// Removes what a provider gave. The time of the last check stays known, so that the same result is not paid for twice.
/// The history forgets it too, and remembers that it was removed.
/// </summary>
internal sealed class ProviderDataRemoval(
    ICustomerProfileStore store,
    CustomersById customers,
    ProfileWriter writer,
    HistoryRedaction redaction,
    IClock clock
)
{
    /// <summary>Removes it from the profile of one customer.</summary>
    /// <returns>Whether the tenant has this customer.</returns>
    public async ValueTask<bool> RemoveFromCustomerAsync(
        TenantId tenant,
        CustomerId id,
        string provider,
        Actor by,
        CancellationToken cancellationToken
    )
    {
        if (await customers.GetAsync(tenant, id, cancellationToken).ConfigureAwait(false) is not { } customer)
        {
            return false;
        }

        return await RemoveFromProfileAsync(customer.Profile, provider, by, cancellationToken).ConfigureAwait(false)
            is not null;
    }

    /// <summary>Removes it from all profiles of a tenant, in the order of their ids.</summary>
    /// <returns>The number of profiles that changed.</returns>
    public async ValueTask<int> RemoveFromTenantAsync(
        TenantId tenant,
        string provider,
        Actor by,
        CancellationToken cancellationToken
    )
    {
        var changed = 0;
        var query = new ProfileQuery { PageSize = ProfileQuery.MaxPageSize };
        while (true)
        {
            var page = await store.ListAsync(tenant, query, cancellationToken).ConfigureAwait(false);
            foreach (var profile in page.Profiles)
            {
                if (
                    await RemoveFromProfileAsync(profile, provider, by, cancellationToken).ConfigureAwait(false) is true
                )
                {
                    changed++;
                }
            }

            if (page.Next is not { } next)
            {
                return changed;
            }

            query = query with { After = next };
        }
    }

    /// <summary>Whether the profile changed; null when the customer is gone.</summary>
    private async ValueTask<bool?> RemoveFromProfileAsync(
        CustomerProfile profile,
        string provider,
        Actor by,
        CancellationToken cancellationToken
    )
    {
        var now = clock.GetCurrentInstant().ToMicroseconds();
        var result = await writer
            .UpdateAsync(
                profile,
                current => ResultApplier.RemoveProviderData(current, provider, now),
                new ChangeReason(HistoryKind.ProviderDataRemoval, by.At(now)),
                cancellationToken
            )
            .ConfigureAwait(false);

        // Whoever has data removed must not believe that it is gone, so this is no silent "not changed".
        if (result.Status == WriteStatus.Busy)
        {
            throw new InvalidOperationException(
                $"Other writers changed the profile {ProfileWriter.MaxRaces} times in a row, so the provider's data "
                    + "was not removed from it. Call again. If this repeats, run the conformance tests of the store."
            );
        }

        // After the profile, so that no change that is written from now on holds any of it.
        var isFound = await redaction
            .RemoveProviderAsync(profile.Tenant, profile.Id, provider, cancellationToken)
            .ConfigureAwait(false);
        return isFound && result.Status != WriteStatus.NotFound ? result.Status == WriteStatus.Written : null;
    }
}
