namespace CustomerProfiles;

/// <summary>The history of one tenant's customers. It validates arguments and passes them on.</summary>
internal sealed class TenantHistory(TenantId tenant, ProfileHistory history) : IProfileHistory
{
    private static readonly HistoryQuery Newest = new();

    public ValueTask<HistoryPage?> GetAsync(
        CustomerId id,
        HistoryQuery? query = null,
        CancellationToken cancellationToken = default
    ) => history.GetAsync(tenant, id, query ?? Newest, cancellationToken);

    public ValueTask<CustomerProfile?> GetVersionAsync(
        CustomerId id,
        long version,
        CancellationToken cancellationToken = default
    ) => history.GetVersionAsync(tenant, id, version, cancellationToken);

    public ValueTask<RevertOutcome> DraftRevertAsync(
        CustomerId id,
        long entry,
        RevertScope scope,
        Actor by,
        CancellationToken cancellationToken = default
    )
    {
        by.ThrowIfNobody(nameof(by));
        return history.DraftRevertAsync(tenant, id, entry, scope, by, cancellationToken);
    }

    public ValueTask<bool> RedactAsync(CustomerId id, ProfileField field, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(field);
        return history.RedactAsync(tenant, id, field, cancellationToken);
    }
}
