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
        IRetentionStore,
        IMergingStore,
        IErasureStore,
        IEventStore,
        IDuplicateStore,
        IPropertyStore
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

    public virtual ValueTask<CustomerProfile?> GetProfileAsync(
        TenantId tenant,
        CustomerId id,
        CancellationToken cancellationToken
    ) => Inner.GetProfileAsync(tenant, id, cancellationToken);

    public virtual ValueTask<CustomerProfile?> FindProfileAsync(
        TenantId tenant,
        Identity identity,
        CancellationToken cancellationToken
    ) => Inner.FindProfileAsync(tenant, identity, cancellationToken);

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

    public virtual ValueTask<ConversationLookup?> CreateAsync(
        NewCustomer customer,
        CancellationToken cancellationToken
    ) => Inner.CreateAsync(customer, cancellationToken);

    public virtual ValueTask<ImmutableArray<AddResult>> AddAsync(
        TenantId tenant,
        ImmutableArray<CustomerProfile> profiles,
        EventWrite? created,
        CancellationToken cancellationToken
    ) => Inner.AddAsync(tenant, profiles, created, cancellationToken);

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

    public virtual ValueTask<bool> IsSuppressedAsync(
        TenantId tenant,
        Identity identity,
        CancellationToken cancellationToken
    ) => ((IExportStore)Inner).IsSuppressedAsync(tenant, identity, cancellationToken);

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

    public virtual ValueTask<ImmutableArray<RetainedCustomer>> GetRetainedAsync(
        TenantId tenant,
        CustomerId? after,
        int most,
        CancellationToken cancellationToken
    ) => ((IRetentionStore)Inner).GetRetainedAsync(tenant, after, most, cancellationToken);

    public virtual ValueTask<AbsorbedInto?> FindSurvivorAsync(
        TenantId tenant,
        CustomerId id,
        CancellationToken cancellationToken
    ) => ((IMergingStore)Inner).FindSurvivorAsync(tenant, id, cancellationToken);

    public virtual ValueTask<MergeSides> GetSidesAsync(
        TenantId tenant,
        CustomerId from,
        CustomerId into,
        CancellationToken cancellationToken
    ) => ((IMergingStore)Inner).GetSidesAsync(tenant, from, into, cancellationToken);

    public virtual ValueTask<bool> MergeAsync(MergeWrite merge, CancellationToken cancellationToken) =>
        ((IMergingStore)Inner).MergeAsync(merge, cancellationToken);

    public virtual ValueTask<StoredMerge?> GetMergeAsync(
        TenantId tenant,
        MergeId merge,
        CancellationToken cancellationToken
    ) => ((IMergingStore)Inner).GetMergeAsync(tenant, merge, cancellationToken);

    public virtual ValueTask<bool> UnmergeAsync(MergeWrite unmerge, CancellationToken cancellationToken) =>
        ((IMergingStore)Inner).UnmergeAsync(unmerge, cancellationToken);

    public virtual ValueTask<ImmutableArray<MergeRecord>> GetMergesAsync(
        TenantId tenant,
        CustomerId id,
        CancellationToken cancellationToken
    ) => ((IMergingStore)Inner).GetMergesAsync(tenant, id, cancellationToken);

    public virtual ValueTask<bool> RedactMergeAsync(MergeRedaction redaction, CancellationToken cancellationToken) =>
        ((IMergingStore)Inner).RedactMergeAsync(redaction, cancellationToken);

    public virtual ValueTask<int> LapseMergesAsync(
        TenantId tenant,
        Instant before,
        int most,
        CancellationToken cancellationToken
    ) => ((IMergingStore)Inner).LapseMergesAsync(tenant, before, most, cancellationToken);

    public virtual ValueTask<EraseResult> EraseAsync(ErasureWrite erasure, CancellationToken cancellationToken) =>
        ((IErasureStore)Inner).EraseAsync(erasure, cancellationToken);

    public virtual ValueTask<ErasureReceipt?> FindErasureAsync(
        TenantId tenant,
        CustomerId id,
        CancellationToken cancellationToken
    ) => ((IErasureStore)Inner).FindErasureAsync(tenant, id, cancellationToken);

    public virtual ValueTask<ImmutableArray<ErasureReceipt>> GetErasuresAsync(
        TenantId tenant,
        Instant since,
        ErasureReceipt? after,
        int most,
        CancellationToken cancellationToken
    ) => ((IErasureStore)Inner).GetErasuresAsync(tenant, since, after, most, cancellationToken);

    public virtual ValueTask<ImmutableArray<ErasureMark>> FindMarksAsync(
        TenantId tenant,
        ImmutableArray<string> hashes,
        CancellationToken cancellationToken
    ) => ((IErasureStore)Inner).FindMarksAsync(tenant, hashes, cancellationToken);

    public virtual ValueTask AddMarksAsync(
        TenantId tenant,
        ImmutableArray<ErasureMark> marks,
        CancellationToken cancellationToken
    ) => ((IErasureStore)Inner).AddMarksAsync(tenant, marks, cancellationToken);

    public virtual ValueTask<bool> RemoveMarksAsync(
        TenantId tenant,
        ImmutableArray<string> hashes,
        CancellationToken cancellationToken
    ) => ((IErasureStore)Inner).RemoveMarksAsync(tenant, hashes, cancellationToken);

    public virtual ValueTask<ImmutableArray<string>> GetMarkKeysAsync(CancellationToken cancellationToken) =>
        ((IErasureStore)Inner).GetMarkKeysAsync(cancellationToken);

    public virtual ValueTask<int> RemoveGuardsAsync(
        TenantId tenant,
        Instant now,
        int most,
        CancellationToken cancellationToken
    ) => ((IErasureStore)Inner).RemoveGuardsAsync(tenant, now, most, cancellationToken);

    public virtual ValueTask<bool> AreEventsOnAsync(CancellationToken cancellationToken) =>
        ((IEventStore)Inner).AreEventsOnAsync(cancellationToken);

    public virtual ValueTask SetEventsOnAsync(bool areOn, CancellationToken cancellationToken) =>
        ((IEventStore)Inner).SetEventsOnAsync(areOn, cancellationToken);

    public virtual ValueTask<ImmutableArray<ClaimedEvents>> ClaimEventsAsync(
        int mostQueues,
        int mostEvents,
        Duration lease,
        CancellationToken cancellationToken
    ) => ((IEventStore)Inner).ClaimEventsAsync(mostQueues, mostEvents, lease, cancellationToken);

    public virtual ValueTask SettleEventsAsync(
        ImmutableArray<EventSettlement> settlements,
        CancellationToken cancellationToken
    ) => ((IEventStore)Inner).SettleEventsAsync(settlements, cancellationToken);

    public virtual ValueTask<ImmutableArray<StoppedEvents>> GetStoppedEventsAsync(
        int most,
        CancellationToken cancellationToken
    ) => ((IEventStore)Inner).GetStoppedEventsAsync(most, cancellationToken);

    public virtual ValueTask<bool> RestartEventsAsync(
        TenantId tenant,
        CustomerId id,
        long sequence,
        bool skips,
        CancellationToken cancellationToken
    ) => ((IEventStore)Inner).RestartEventsAsync(tenant, id, sequence, skips, cancellationToken);

    public virtual ValueTask<ImmutableArray<CustomerProfile>> FindByMatchKeysAsync(
        TenantId tenant,
        CustomerId id,
        ImmutableArray<long> keys,
        int mostPerKey,
        CancellationToken cancellationToken
    ) => ((IDuplicateStore)Inner).FindByMatchKeysAsync(tenant, id, keys, mostPerKey, cancellationToken);

    public virtual ValueTask<bool> MarkNotDuplicatesAsync(
        TenantId tenant,
        CustomerId one,
        CustomerId other,
        Instant at,
        string by,
        CancellationToken cancellationToken
    ) => ((IDuplicateStore)Inner).MarkNotDuplicatesAsync(tenant, one, other, at, by, cancellationToken);

    public virtual ValueTask WriteMatchKeysAsync(
        TenantId tenant,
        ImmutableArray<CustomerProfile> profiles,
        CancellationToken cancellationToken
    ) => ((IDuplicateStore)Inner).WriteMatchKeysAsync(tenant, profiles, cancellationToken);

    public virtual ValueTask<StoredProperties> GetPropertiesAsync(
        TenantId tenant,
        CancellationToken cancellationToken
    ) => ((IPropertyStore)Inner).GetPropertiesAsync(tenant, cancellationToken);

    public virtual ValueTask<bool> SavePropertiesAsync(
        TenantId tenant,
        StoredProperties properties,
        CancellationToken cancellationToken
    ) => ((IPropertyStore)Inner).SavePropertiesAsync(tenant, properties, cancellationToken);

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

    /// <summary>
    /// Waits until another call has come between, however slow the machine is; not for ever, since there may be none.
    /// </summary>
    protected static async Task UntilOtherwiseAsync(Func<Task<bool>> isAsBefore, CancellationToken cancellationToken)
    {
        for (var pause = 0; pause < 50 && await isAsBefore(); pause++)
        {
            await RoundTripAsync(cancellationToken);
        }
    }

    /// <summary>The time of a round trip to a database, so that other calls come between two statements.</summary>
    protected static Task RoundTripAsync(CancellationToken cancellationToken = default) =>
        Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, cancellationToken);
}
