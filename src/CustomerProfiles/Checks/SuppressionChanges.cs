using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles;

/// <summary>Suppresses and unsuppresses customers.</summary>
internal sealed class SuppressionChanges(
    ICustomerProfileStore store,
    CustomersById customers,
    ErasedPeople erased,
    ChangeRecorder changes,
    IClock clock
)
{
    /// <summary>Suppresses or unsuppresses one customer.</summary>
    /// <returns>Whether the tenant has this customer.</returns>
    public async ValueTask<bool> SetAsync(
        TenantId tenant,
        CustomerId id,
        bool suppressed,
        Actor by,
        CancellationToken cancellationToken
    )
    {
        if (
            !suppressed
            && erased.HasKey
            && await customers.GetAsync(tenant, id, cancellationToken).ConfigureAwait(false) is { } customer
        )
        {
            await erased
                .AllowLookupsAsync(tenant, customer.Profile.Identities, cancellationToken)
                .ConfigureAwait(false);
        }

        var kind = suppressed ? HistoryKind.Suppression : HistoryKind.Unsuppression;
        var change = changes.Describe(new ChangeReason(kind, by.At(clock.GetCurrentInstant().ToMicroseconds())));
        return await customers
            .SetSuppressedAsync(tenant, id, suppressed, change, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Suppresses or unsuppresses whoever has an identity, now or later.</summary>
    public async ValueTask SetAsync(
        TenantId tenant,
        Identity identity,
        bool suppressed,
        CancellationToken cancellationToken
    )
    {
        if (!suppressed)
        {
            await erased.AllowLookupsAsync(tenant, [identity], cancellationToken).ConfigureAwait(false);
        }

        await store.SetSuppressedAsync(tenant, identity, suppressed, cancellationToken).ConfigureAwait(false);
    }
}
