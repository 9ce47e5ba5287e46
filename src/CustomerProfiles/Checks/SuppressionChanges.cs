using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles;

/// <summary>Suppresses and unsuppresses customers.</summary>
internal sealed class SuppressionChanges(ICustomerProfileStore store, ChangeRecorder changes, IClock clock)
{
    /// <summary>Suppresses or unsuppresses one customer.</summary>
    /// <returns>Whether the tenant has this customer.</returns>
    public ValueTask<bool> SetAsync(
        TenantId tenant,
        CustomerId id,
        bool suppressed,
        Actor by,
        CancellationToken cancellationToken
    )
    {
        var kind = suppressed ? HistoryKind.Suppression : HistoryKind.Unsuppression;
        var change = changes.Describe(new ChangeReason(kind, by.At(clock.GetCurrentInstant().ToMicroseconds())));
        return store.SetSuppressedAsync(tenant, id, suppressed, change, cancellationToken);
    }
}
