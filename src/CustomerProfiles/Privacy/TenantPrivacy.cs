using NodaTime;

namespace CustomerProfiles;

/// <summary>The privacy of one tenant's customers. It validates arguments and passes them on.</summary>
internal sealed class TenantPrivacy(TenantId tenant, PrivacyServices services, EmailAddresses addresses)
    : IProfilePrivacy
{
    private static readonly ExportOptions Default = new();
    private static readonly ErasureOptions Usual = new();
    private static readonly RetentionOptions Full = new();

    public ValueTask<CustomerExport?> ExportAsync(
        CustomerId id,
        ExportOptions? options = null,
        CancellationToken cancellationToken = default
    ) =>
        id == default
            ? ValueTask.FromResult<CustomerExport?>(null)
            : services.Export.ExportAsync(tenant, id, options ?? Default, cancellationToken);

    public ValueTask<IdentityExport> ExportAsync(
        Identity identity,
        ExportOptions? options = null,
        CancellationToken cancellationToken = default
    ) => services.Export.ExportAsync(tenant, Known(identity), options ?? Default, cancellationToken);

    public IAsyncEnumerable<CustomerExport> ExportAllAsync(
        ExportOptions? options = null,
        CancellationToken cancellationToken = default
    ) => services.Export.ExportAllAsync(tenant, options ?? Default, cancellationToken);

    public ValueTask<EraseOutcome> EraseAsync(
        CustomerId id,
        Actor by,
        ErasureOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        by.ThrowIfNobody(nameof(by));
        return id == default
            ? ValueTask.FromResult<EraseOutcome>(new EraseOutcome.NotFound())
            : services.Erasure.EraseAsync(tenant, id, options ?? Usual, by, cancellationToken);
    }

    public IAsyncEnumerable<ErasureReceipt> GetErasuresAsync(
        Instant since,
        CancellationToken cancellationToken = default
    ) => services.Erasure.GetErasuresAsync(tenant, since, cancellationToken);

    public ValueTask<bool> RemoveProviderDataAsync(
        string provider,
        CustomerId id,
        Actor by,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(provider);
        by.ThrowIfNobody(nameof(by));
        return id == default
            ? ValueTask.FromResult(false)
            : services.Removal.RemoveFromCustomerAsync(tenant, id, provider, by, cancellationToken);
    }

    public ValueTask<int> RemoveProviderDataAsync(
        string provider,
        Actor by,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(provider);
        by.ThrowIfNobody(nameof(by));
        return services.Removal.RemoveFromTenantAsync(tenant, provider, by, cancellationToken);
    }

    public ValueTask<ErasureReplay> ReplayErasuresAsync(
        IAsyncEnumerable<ErasureReceipt> receipts,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(receipts);
        return services.Replaying.ReplayAsync(tenant, receipts, cancellationToken);
    }

    public ValueTask<bool> AllowAsync(Identity identity, CancellationToken cancellationToken = default) =>
        services.Erased.AllowAsync(tenant, Known(identity), cancellationToken);

    public ValueTask<RetentionResult> ApplyRetentionAsync(
        Actor by,
        RetentionOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        by.ThrowIfNobody(nameof(by));
        return services.Retention.ApplyAsync(tenant, by, options ?? Full, cancellationToken);
    }

    /// <summary>The identity as it is compared.</summary>
    private Identity Known(Identity identity) =>
        identity == default
            ? throw new ArgumentException(
                "default(Identity) is empty; make one with Identity.Email, Phone, Chat or External.",
                nameof(identity)
            )
            : addresses.Fold(identity);
}
