namespace CustomerProfiles;

/// <summary>The privacy of one tenant's customers. It validates arguments and passes them on.</summary>
internal sealed class TenantPrivacy(TenantId tenant, ProfileExport export, ConversationRetention retention)
    : IProfilePrivacy
{
    private static readonly ExportOptions Default = new();

    public ValueTask<CustomerExport?> ExportAsync(
        CustomerId id,
        ExportOptions? options = null,
        CancellationToken cancellationToken = default
    ) =>
        id == default
            ? ValueTask.FromResult<CustomerExport?>(null)
            : export.ExportAsync(tenant, id, options ?? Default, cancellationToken);

    public IAsyncEnumerable<CustomerExport> ExportAllAsync(
        ExportOptions? options = null,
        CancellationToken cancellationToken = default
    ) => export.ExportAllAsync(tenant, options ?? Default, cancellationToken);

    public ValueTask<RetentionResult> ApplyRetentionAsync(CancellationToken cancellationToken = default) =>
        retention.ApplyAsync(tenant, cancellationToken);
}
