using System.Collections.Immutable;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing.Tests.BrokenStores;

/// <summary>Passes every call on. Each broken store overrides one of them.</summary>
internal class PassingStore(ICustomerProfileStore inner)
    : ICustomerProfileStore,
        ISearchStore,
        IHistoryStore,
        IExportStore,
        IRetentionStore
{
    protected virtual ICustomerProfileStore Inner => inner;

    public virtual ValueTask<StoredCustomer?> GetAsync(
        TenantId tenant,
        CustomerId id,
        CancellationToken cancellationToken
    ) => Inner.GetAsync(tenant, id, cancellationToken);

    public virtual ValueTask<StoredCustomer?> FindAsync(
        TenantId tenant,
        Identity identity,
        CancellationToken cancellationToken
    ) => Inner.FindAsync(tenant, identity, cancellationToken);

    public virtual ValueTask<ImmutableArray<CustomerProfile>> FindAllAsync(
        TenantId tenant,
        ImmutableArray<Identity> identities,
        CancellationToken cancellationToken
    ) => Inner.FindAllAsync(tenant, identities, cancellationToken);

    public virtual ValueTask<ConversationLookup?> RecordConversationAsync(
        TenantId tenant,
        Identity identity,
        ConversationRecord conversation,
        CancellationToken cancellationToken
    ) => Inner.RecordConversationAsync(tenant, identity, conversation, cancellationToken);

    public virtual ValueTask<ConversationLookup> CreateAsync(
        NewCustomer customer,
        CancellationToken cancellationToken
    ) => Inner.CreateAsync(customer, cancellationToken);

    public virtual ValueTask<ImmutableArray<AddResult>> AddAsync(
        TenantId tenant,
        ImmutableArray<CustomerProfile> profiles,
        CancellationToken cancellationToken
    ) => Inner.AddAsync(tenant, profiles, cancellationToken);

    public virtual ValueTask<UpdateResult> UpdateAsync(
        CustomerProfile profile,
        ProfileChange? change,
        CancellationToken cancellationToken
    ) => Inner.UpdateAsync(profile, change, cancellationToken);

    public virtual ValueTask<ProfilePage> ListAsync(
        TenantId tenant,
        ProfileQuery query,
        CancellationToken cancellationToken
    ) => Inner.ListAsync(tenant, query, cancellationToken);

    public virtual ValueTask<ProfileSearchPage> SearchAsync(
        TenantId tenant,
        ProfileSearchQuery query,
        CancellationToken cancellationToken
    ) => ((ISearchStore)Inner).SearchAsync(tenant, query, cancellationToken);

    public virtual ValueTask<ProfileCount> CountAsync(
        TenantId tenant,
        ProfileSearchQuery query,
        int most,
        CancellationToken cancellationToken
    ) => ((ISearchStore)Inner).CountAsync(tenant, query, most, cancellationToken);

    public virtual ValueTask<StoredHistory?> GetHistoryAsync(
        TenantId tenant,
        CustomerId id,
        CancellationToken cancellationToken
    ) => ((IHistoryStore)Inner).GetHistoryAsync(tenant, id, cancellationToken);

    public virtual ValueTask<StoredRecord?> GetRecordAsync(
        TenantId tenant,
        CustomerId id,
        CancellationToken cancellationToken
    ) => ((IExportStore)Inner).GetRecordAsync(tenant, id, cancellationToken);

    public virtual ValueTask<int> ReplaceChangesAsync(
        TenantId tenant,
        CustomerId id,
        ImmutableArray<ChangeReplacement> changes,
        CancellationToken cancellationToken
    ) => ((IHistoryStore)Inner).ReplaceChangesAsync(tenant, id, changes, cancellationToken);

    public virtual ValueTask<ConversationRemoval> RemoveConversationsAsync(
        TenantId tenant,
        Instant before,
        CustomerId? from,
        int most,
        CancellationToken cancellationToken
    ) => ((IRetentionStore)Inner).RemoveConversationsAsync(tenant, before, from, most, cancellationToken);

    public virtual ValueTask<bool> RequestCheckAsync(
        TenantId tenant,
        CustomerId id,
        string provider,
        Instant? lastCheckAt,
        Instant now,
        CancellationToken cancellationToken
    ) => Inner.RequestCheckAsync(tenant, id, provider, lastCheckAt, now, cancellationToken);

    public virtual ValueTask<CheckClaim?> ClaimNextCheckAsync(
        ImmutableArray<string> providers,
        Instant now,
        Duration lease,
        CancellationToken cancellationToken
    ) => Inner.ClaimNextCheckAsync(providers, now, lease, cancellationToken);

    public virtual ValueTask<CompleteResult> CompleteCheckAsync(
        CheckClaim claim,
        CheckOutcome outcome,
        CustomerProfile? profile,
        ProfileChange? change,
        Instant now,
        CancellationToken cancellationToken
    ) => Inner.CompleteCheckAsync(claim, outcome, profile, change, now, cancellationToken);

    public virtual ValueTask ReleaseCheckAsync(
        CheckClaim claim,
        CheckRelease release,
        CancellationToken cancellationToken
    ) => Inner.ReleaseCheckAsync(claim, release, cancellationToken);

    public virtual ValueTask<bool> RenewLeaseAsync(
        CheckClaim claim,
        Duration lease,
        CancellationToken cancellationToken
    ) => Inner.RenewLeaseAsync(claim, lease, cancellationToken);

    public virtual ValueTask<ImmutableArray<PendingChecks>> CountPendingChecksAsync(
        CancellationToken cancellationToken
    ) => Inner.CountPendingChecksAsync(cancellationToken);

    public virtual ValueTask<bool> TryReserveBudgetAsync(
        BudgetPeriod period,
        int most,
        CancellationToken cancellationToken
    ) => Inner.TryReserveBudgetAsync(period, most, cancellationToken);

    public virtual ValueTask RefundAsync(BudgetPeriod period, CancellationToken cancellationToken) =>
        Inner.RefundAsync(period, cancellationToken);

    public virtual ValueTask<ImmutableArray<ProviderSetting>> GetProviderSettingsAsync(
        TenantId tenant,
        CancellationToken cancellationToken
    ) => Inner.GetProviderSettingsAsync(tenant, cancellationToken);

    public virtual ValueTask<bool> SetProviderSettingAsync(
        TenantId tenant,
        ProviderSetting setting,
        CancellationToken cancellationToken
    ) => Inner.SetProviderSettingAsync(tenant, setting, cancellationToken);

    public virtual ValueTask<bool> SetSuppressedAsync(
        TenantId tenant,
        CustomerId id,
        bool suppressed,
        ProfileChange? change,
        CancellationToken cancellationToken
    ) => Inner.SetSuppressedAsync(tenant, id, suppressed, change, cancellationToken);

    public virtual ValueTask SetSuppressedAsync(
        TenantId tenant,
        Identity identity,
        bool suppressed,
        CancellationToken cancellationToken
    ) => Inner.SetSuppressedAsync(tenant, identity, suppressed, cancellationToken);

    /// <summary>The time of a round trip to a database, so that other calls come between two statements.</summary>
    protected static Task RoundTripAsync(CancellationToken cancellationToken = default) =>
        Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, cancellationToken);
}
