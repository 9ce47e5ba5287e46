using System.Collections.Concurrent;
using System.Collections.Immutable;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing;

/// <summary>
/// A store that injects faults into the calls of another: with a script that sees each call by name (<see
/// cref="Before"/> and <see cref="After"/>), or with a <see cref="Fault"/> for a chosen call (<see cref="Next"/>). The
/// names are those of the methods of <see cref="ICustomerProfileStore"/>, <see cref="ISearchStore"/>,
/// <see cref="IHistoryStore"/>, <see cref="IExportStore"/>, <see cref="IRetentionStore"/>, <see cref="IMergingStore"/>,
/// <see cref="IErasureStore"/>, <see cref="IEventStore"/>, <see cref="IDuplicateStore"/> and
/// <see cref="IPropertyStore"/>.
/// </summary>
/// <remarks>Safe for any number of threads. Without faults it behaves like the inner store.</remarks>
public sealed class FaultInjectingStore
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
    private static readonly ImmutableArray<string> Names =
    [
        nameof(GetAsync),
        nameof(FindAsync),
        nameof(GetProfileAsync),
        nameof(FindProfileAsync),
        nameof(FindAllAsync),
        nameof(RecordConversationAsync),
        nameof(CreateAsync),
        nameof(AddAsync),
        nameof(UpdateAsync),
        nameof(ListAsync),
        nameof(RequestCheckAsync),
        nameof(ClaimNextCheckAsync),
        nameof(CompleteCheckAsync),
        nameof(ReleaseCheckAsync),
        nameof(RenewLeaseAsync),
        nameof(CountPendingChecksAsync),
        nameof(TryReserveBudgetAsync),
        nameof(RefundAsync),
        nameof(GetProviderSettingsAsync),
        nameof(SetProviderSettingAsync),
        nameof(SetSuppressedAsync),
        nameof(SearchAsync),
        nameof(CountAsync),
        nameof(GetHistoryAsync),
        nameof(ReplaceChangesAsync),
        nameof(GetRecordAsync),
        nameof(IsSuppressedAsync),
        nameof(RemoveConversationsAsync),
        nameof(GetRetainedAsync),
        nameof(FindSurvivorAsync),
        nameof(GetSidesAsync),
        nameof(MergeAsync),
        nameof(GetMergeAsync),
        nameof(UnmergeAsync),
        nameof(GetMergesAsync),
        nameof(RedactMergeAsync),
        nameof(LapseMergesAsync),
        nameof(EraseAsync),
        nameof(FindErasureAsync),
        nameof(GetErasuresAsync),
        nameof(FindMarksAsync),
        nameof(AddMarksAsync),
        nameof(RemoveMarksAsync),
        nameof(GetMarkKeysAsync),
        nameof(RemoveGuardsAsync),
        nameof(AreEventsOnAsync),
        nameof(SetEventsOnAsync),
        nameof(ClaimEventsAsync),
        nameof(SettleEventsAsync),
        nameof(GetStoppedEventsAsync),
        nameof(RestartEventsAsync),
        nameof(FindByMatchKeysAsync),
        nameof(MarkNotDuplicatesAsync),
        nameof(WriteMatchKeysAsync),
        nameof(GetPropertiesAsync),
        nameof(SavePropertiesAsync),
    ];

    private readonly ICustomerProfileStore _inner;
    private readonly ConcurrentQueue<string> _calls = [];
    private readonly Lock _lock = new();
    private readonly List<(string Call, int Skip, Fault Fault)> _faults = [];

    /// <summary>Wraps a store.</summary>
    /// <param name="inner">The wrapped store.</param>
    public FaultInjectingStore(ICustomerProfileStore inner)
    {
        ArgumentNullException.ThrowIfNull(inner);
        _inner = inner;
    }

    private ISearchStore Search => Chapter<ISearchStore>();

    private IHistoryStore History => Chapter<IHistoryStore>();

    private IExportStore Export => Chapter<IExportStore>();

    private IRetentionStore Retention => Chapter<IRetentionStore>();

    private IMergingStore Merging => Chapter<IMergingStore>();

    private IErasureStore Erasure => Chapter<IErasureStore>();

    private IEventStore Events => Chapter<IEventStore>();

    private IDuplicateStore Duplicates => Chapter<IDuplicateStore>();

    private IPropertyStore Properties => Chapter<IPropertyStore>();

    /// <summary>Runs before each call, and may wait or throw; then the call never happens. Null for nothing.</summary>
    public Func<string, Task>? Before { get; set; }

    /// <summary>
    /// Runs after each call, and may wait or throw; then the caller does not learn the outcome. Null for nothing.
    /// </summary>
    public Func<string, Task>? After { get; set; }

    /// <summary>The names of the calls, in order.</summary>
    public ImmutableArray<string> Calls => [.. _calls];

    /// <summary>Clears <see cref="Calls"/>.</summary>
    public void ClearCalls() => _calls.Clear();

    /// <summary>Scripts a fault of a future call.</summary>
    /// <param name="call">The name of the method, such as <c>nameof(ICustomerProfileStore.UpdateAsync)</c>.</param>
    /// <param name="fault">The fault.</param>
    /// <param name="skip">How many calls of the method pass before; none unless given.</param>
    /// <returns>This store.</returns>
    /// <exception cref="ArgumentException">A store has no such method.</exception>
    public FaultInjectingStore Next(string call, Fault fault, int skip = 0)
    {
        ArgumentNullException.ThrowIfNull(fault);
        ArgumentOutOfRangeException.ThrowIfNegative(skip);
        if (!Names.Contains(call))
        {
            throw new ArgumentException(
                $"A store has no method {call}; name one of {string.Join(", ", Names)}.",
                nameof(call)
            );
        }

        lock (_lock)
        {
            _faults.Add((call, skip, fault));
        }

        return this;
    }

    /// <inheritdoc/>
    public ValueTask<StoredCustomer?> GetAsync(TenantId tenant, CustomerId id, CancellationToken cancellationToken) =>
        CallAsync(nameof(GetAsync), () => _inner.GetAsync(tenant, id, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<StoredCustomer?> FindAsync(
        TenantId tenant,
        Identity identity,
        CancellationToken cancellationToken
    ) => CallAsync(nameof(FindAsync), () => _inner.FindAsync(tenant, identity, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<CustomerProfile?> GetProfileAsync(
        TenantId tenant,
        CustomerId id,
        CancellationToken cancellationToken
    ) =>
        CallAsync(
            nameof(GetProfileAsync),
            () => _inner.GetProfileAsync(tenant, id, cancellationToken),
            cancellationToken
        );

    /// <inheritdoc/>
    public ValueTask<CustomerProfile?> FindProfileAsync(
        TenantId tenant,
        Identity identity,
        CancellationToken cancellationToken
    ) =>
        CallAsync(
            nameof(FindProfileAsync),
            () => _inner.FindProfileAsync(tenant, identity, cancellationToken),
            cancellationToken
        );

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<CustomerProfile>> FindAllAsync(
        TenantId tenant,
        ImmutableArray<Identity> identities,
        CancellationToken cancellationToken
    ) =>
        CallAsync(
            nameof(FindAllAsync),
            () => _inner.FindAllAsync(tenant, identities, cancellationToken),
            cancellationToken
        );

    /// <inheritdoc/>
    public ValueTask<ConversationLookup?> RecordConversationAsync(
        TenantId tenant,
        Identity identity,
        ConversationRecord conversation,
        CancellationToken cancellationToken
    ) =>
        CallAsync(
            nameof(RecordConversationAsync),
            () => _inner.RecordConversationAsync(tenant, identity, conversation, cancellationToken),
            cancellationToken
        );

    /// <inheritdoc/>
    public ValueTask<ConversationLookup?> CreateAsync(NewCustomer customer, CancellationToken cancellationToken) =>
        CallAsync(nameof(CreateAsync), () => _inner.CreateAsync(customer, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<AddResult>> AddAsync(
        TenantId tenant,
        ImmutableArray<CustomerProfile> profiles,
        EventWrite? created,
        CancellationToken cancellationToken
    ) =>
        CallAsync(
            nameof(AddAsync),
            () => _inner.AddAsync(tenant, profiles, created, cancellationToken),
            cancellationToken
        );

    /// <inheritdoc/>
    public ValueTask<UpdateResult> UpdateAsync(
        CustomerProfile profile,
        ProfileChange? change,
        CancellationToken cancellationToken
    ) =>
        CallAsync(nameof(UpdateAsync), () => _inner.UpdateAsync(profile, change, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ProfilePage> ListAsync(TenantId tenant, ProfileQuery query, CancellationToken cancellationToken) =>
        CallAsync(nameof(ListAsync), () => _inner.ListAsync(tenant, query, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The wrapped store does not implement
    /// <see cref="ISearchStore"/>.</exception>
    public ValueTask<ProfileSearchPage> SearchAsync(
        TenantId tenant,
        ProfileSearchQuery query,
        CancellationToken cancellationToken
    ) => CallAsync(nameof(SearchAsync), () => Search.SearchAsync(tenant, query, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The wrapped store does not implement
    /// <see cref="ISearchStore"/>.</exception>
    public ValueTask<ProfileCount> CountAsync(
        TenantId tenant,
        ProfileSearchQuery query,
        int most,
        CancellationToken cancellationToken
    ) =>
        CallAsync(
            nameof(CountAsync),
            () => Search.CountAsync(tenant, query, most, cancellationToken),
            cancellationToken
        );

    /// <inheritdoc/>
    public ValueTask<StoredRecord?> GetRecordAsync(
        TenantId tenant,
        CustomerId id,
        CancellationToken cancellationToken
    ) =>
        CallAsync(
            nameof(GetRecordAsync),
            () => Export.GetRecordAsync(tenant, id, cancellationToken),
            cancellationToken
        );

    /// <inheritdoc/>
    public ValueTask<bool> IsSuppressedAsync(TenantId tenant, Identity identity, CancellationToken cancellationToken) =>
        CallAsync(
            nameof(IsSuppressedAsync),
            () => Export.IsSuppressedAsync(tenant, identity, cancellationToken),
            cancellationToken
        );

    /// <inheritdoc/>
    public ValueTask<StoredHistory?> GetHistoryAsync(
        TenantId tenant,
        CustomerId id,
        CancellationToken cancellationToken
    ) =>
        CallAsync(
            nameof(GetHistoryAsync),
            () => History.GetHistoryAsync(tenant, id, cancellationToken),
            cancellationToken
        );

    /// <inheritdoc/>
    public ValueTask<int> ReplaceChangesAsync(
        TenantId tenant,
        CustomerId id,
        ImmutableArray<ChangeReplacement> changes,
        CancellationToken cancellationToken
    ) =>
        CallAsync(
            nameof(ReplaceChangesAsync),
            () => History.ReplaceChangesAsync(tenant, id, changes, cancellationToken),
            cancellationToken
        );

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The wrapped store does not implement
    /// <see cref="IRetentionStore"/>.</exception>
    public ValueTask<ConversationRemoval> RemoveConversationsAsync(
        TenantId tenant,
        Instant before,
        CustomerId? from,
        int most,
        CancellationToken cancellationToken
    ) =>
        CallAsync(
            nameof(RemoveConversationsAsync),
            () => Retention.RemoveConversationsAsync(tenant, before, from, most, cancellationToken),
            cancellationToken
        );

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The wrapped store does not implement
    /// <see cref="IRetentionStore"/>.</exception>
    public ValueTask<ImmutableArray<RetainedCustomer>> GetRetainedAsync(
        TenantId tenant,
        CustomerId? after,
        int most,
        CancellationToken cancellationToken
    ) =>
        CallAsync(
            nameof(GetRetainedAsync),
            () => Retention.GetRetainedAsync(tenant, after, most, cancellationToken),
            cancellationToken
        );

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The wrapped store does not implement
    /// <see cref="IMergingStore"/>.</exception>
    public ValueTask<AbsorbedInto?> FindSurvivorAsync(
        TenantId tenant,
        CustomerId id,
        CancellationToken cancellationToken
    ) =>
        CallAsync(
            nameof(FindSurvivorAsync),
            () => Merging.FindSurvivorAsync(tenant, id, cancellationToken),
            cancellationToken
        );

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The wrapped store does not implement
    /// <see cref="IMergingStore"/>.</exception>
    public ValueTask<MergeSides> GetSidesAsync(
        TenantId tenant,
        CustomerId from,
        CustomerId into,
        CancellationToken cancellationToken
    ) =>
        CallAsync(
            nameof(GetSidesAsync),
            () => Merging.GetSidesAsync(tenant, from, into, cancellationToken),
            cancellationToken
        );

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The wrapped store does not implement
    /// <see cref="IMergingStore"/>.</exception>
    public ValueTask<bool> MergeAsync(MergeWrite merge, CancellationToken cancellationToken) =>
        CallAsync(nameof(MergeAsync), () => Merging.MergeAsync(merge, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The wrapped store does not implement
    /// <see cref="IMergingStore"/>.</exception>
    public ValueTask<StoredMerge?> GetMergeAsync(TenantId tenant, MergeId merge, CancellationToken cancellationToken) =>
        CallAsync(
            nameof(GetMergeAsync),
            () => Merging.GetMergeAsync(tenant, merge, cancellationToken),
            cancellationToken
        );

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The wrapped store does not implement
    /// <see cref="IMergingStore"/>.</exception>
    public ValueTask<bool> UnmergeAsync(MergeWrite unmerge, CancellationToken cancellationToken) =>
        CallAsync(nameof(UnmergeAsync), () => Merging.UnmergeAsync(unmerge, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The wrapped store does not implement
    /// <see cref="IMergingStore"/>.</exception>
    public ValueTask<ImmutableArray<MergeRecord>> GetMergesAsync(
        TenantId tenant,
        CustomerId id,
        CancellationToken cancellationToken
    ) =>
        CallAsync(
            nameof(GetMergesAsync),
            () => Merging.GetMergesAsync(tenant, id, cancellationToken),
            cancellationToken
        );

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The wrapped store does not implement
    /// <see cref="IMergingStore"/>.</exception>
    public ValueTask<bool> RedactMergeAsync(MergeRedaction redaction, CancellationToken cancellationToken) =>
        CallAsync(
            nameof(RedactMergeAsync),
            () => Merging.RedactMergeAsync(redaction, cancellationToken),
            cancellationToken
        );

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The wrapped store does not implement
    /// <see cref="IMergingStore"/>.</exception>
    public ValueTask<int> LapseMergesAsync(
        TenantId tenant,
        Instant before,
        int most,
        CancellationToken cancellationToken
    ) =>
        CallAsync(
            nameof(LapseMergesAsync),
            () => Merging.LapseMergesAsync(tenant, before, most, cancellationToken),
            cancellationToken
        );

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The wrapped store does not implement
    /// <see cref="IErasureStore"/>.</exception>
    public ValueTask<EraseResult> EraseAsync(ErasureWrite erasure, CancellationToken cancellationToken) =>
        CallAsync(nameof(EraseAsync), () => Erasure.EraseAsync(erasure, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The wrapped store does not implement
    /// <see cref="IErasureStore"/>.</exception>
    public ValueTask<ErasureReceipt?> FindErasureAsync(
        TenantId tenant,
        CustomerId id,
        CancellationToken cancellationToken
    ) =>
        CallAsync(
            nameof(FindErasureAsync),
            () => Erasure.FindErasureAsync(tenant, id, cancellationToken),
            cancellationToken
        );

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The wrapped store does not implement
    /// <see cref="IErasureStore"/>.</exception>
    public ValueTask<ImmutableArray<ErasureReceipt>> GetErasuresAsync(
        TenantId tenant,
        Instant since,
        ErasureReceipt? after,
        int most,
        CancellationToken cancellationToken
    ) =>
        CallAsync(
            nameof(GetErasuresAsync),
            () => Erasure.GetErasuresAsync(tenant, since, after, most, cancellationToken),
            cancellationToken
        );

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The wrapped store does not implement
    /// <see cref="IErasureStore"/>.</exception>
    public ValueTask<ImmutableArray<ErasureMark>> FindMarksAsync(
        TenantId tenant,
        ImmutableArray<string> hashes,
        CancellationToken cancellationToken
    ) =>
        CallAsync(
            nameof(FindMarksAsync),
            () => Erasure.FindMarksAsync(tenant, hashes, cancellationToken),
            cancellationToken
        );

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The wrapped store does not implement
    /// <see cref="IErasureStore"/>.</exception>
    public ValueTask AddMarksAsync(
        TenantId tenant,
        ImmutableArray<ErasureMark> marks,
        CancellationToken cancellationToken
    ) =>
        CallAsync(
            nameof(AddMarksAsync),
            () => Erasure.AddMarksAsync(tenant, marks, cancellationToken),
            cancellationToken
        );

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The wrapped store does not implement
    /// <see cref="IErasureStore"/>.</exception>
    public ValueTask<bool> RemoveMarksAsync(
        TenantId tenant,
        ImmutableArray<string> hashes,
        CancellationToken cancellationToken
    ) =>
        CallAsync(
            nameof(RemoveMarksAsync),
            () => Erasure.RemoveMarksAsync(tenant, hashes, cancellationToken),
            cancellationToken
        );

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The wrapped store does not implement
    /// <see cref="IErasureStore"/>.</exception>
    public ValueTask<ImmutableArray<string>> GetMarkKeysAsync(CancellationToken cancellationToken) =>
        CallAsync(nameof(GetMarkKeysAsync), () => Erasure.GetMarkKeysAsync(cancellationToken), cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The wrapped store does not implement
    /// <see cref="IErasureStore"/>.</exception>
    public ValueTask<int> RemoveGuardsAsync(
        TenantId tenant,
        Instant now,
        int most,
        CancellationToken cancellationToken
    ) =>
        CallAsync(
            nameof(RemoveGuardsAsync),
            () => Erasure.RemoveGuardsAsync(tenant, now, most, cancellationToken),
            cancellationToken
        );

    /// <inheritdoc/>
    public ValueTask<bool> RequestCheckAsync(
        TenantId tenant,
        CustomerId id,
        string provider,
        Instant? lastCheckAt,
        Instant now,
        CancellationToken cancellationToken
    ) =>
        CallAsync(
            nameof(RequestCheckAsync),
            () => _inner.RequestCheckAsync(tenant, id, provider, lastCheckAt, now, cancellationToken),
            cancellationToken
        );

    /// <inheritdoc/>
    public ValueTask<CheckClaim?> ClaimNextCheckAsync(
        ImmutableArray<string> providers,
        Instant now,
        Duration lease,
        CancellationToken cancellationToken
    ) =>
        CallAsync(
            nameof(ClaimNextCheckAsync),
            () => _inner.ClaimNextCheckAsync(providers, now, lease, cancellationToken),
            cancellationToken
        );

    /// <inheritdoc/>
    public ValueTask<CompleteResult> CompleteCheckAsync(
        CheckClaim claim,
        CheckOutcome outcome,
        CustomerProfile? profile,
        ProfileChange? change,
        Instant now,
        CancellationToken cancellationToken
    ) =>
        CallAsync(
            nameof(CompleteCheckAsync),
            () => _inner.CompleteCheckAsync(claim, outcome, profile, change, now, cancellationToken),
            cancellationToken
        );

    /// <inheritdoc/>
    public ValueTask ReleaseCheckAsync(CheckClaim claim, CheckRelease release, CancellationToken cancellationToken) =>
        CallAsync(
            nameof(ReleaseCheckAsync),
            () => _inner.ReleaseCheckAsync(claim, release, cancellationToken),
            cancellationToken
        );

    /// <inheritdoc/>
    public ValueTask<bool> RenewLeaseAsync(CheckClaim claim, Duration lease, CancellationToken cancellationToken) =>
        CallAsync(
            nameof(RenewLeaseAsync),
            () => _inner.RenewLeaseAsync(claim, lease, cancellationToken),
            cancellationToken
        );

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<PendingChecks>> CountPendingChecksAsync(CancellationToken cancellationToken) =>
        CallAsync(
            nameof(CountPendingChecksAsync),
            () => _inner.CountPendingChecksAsync(cancellationToken),
            cancellationToken
        );

    /// <inheritdoc/>
    public ValueTask<bool> TryReserveBudgetAsync(BudgetPeriod period, int most, CancellationToken cancellationToken) =>
        CallAsync(
            nameof(TryReserveBudgetAsync),
            () => _inner.TryReserveBudgetAsync(period, most, cancellationToken),
            cancellationToken
        );

    /// <inheritdoc/>
    public ValueTask RefundAsync(BudgetPeriod period, CancellationToken cancellationToken) =>
        CallAsync(nameof(RefundAsync), () => _inner.RefundAsync(period, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<ProviderSetting>> GetProviderSettingsAsync(
        TenantId tenant,
        CancellationToken cancellationToken
    ) =>
        CallAsync(
            nameof(GetProviderSettingsAsync),
            () => _inner.GetProviderSettingsAsync(tenant, cancellationToken),
            cancellationToken
        );

    /// <inheritdoc/>
    public ValueTask<bool> SetProviderSettingAsync(
        TenantId tenant,
        ProviderSetting setting,
        CancellationToken cancellationToken
    ) =>
        CallAsync(
            nameof(SetProviderSettingAsync),
            () => _inner.SetProviderSettingAsync(tenant, setting, cancellationToken),
            cancellationToken
        );

    /// <inheritdoc/>
    public ValueTask<bool> SetSuppressedAsync(
        TenantId tenant,
        CustomerId id,
        bool suppressed,
        ProfileChange? change,
        CancellationToken cancellationToken
    ) =>
        CallAsync(
            nameof(SetSuppressedAsync),
            () => _inner.SetSuppressedAsync(tenant, id, suppressed, change, cancellationToken),
            cancellationToken
        );

    /// <inheritdoc/>
    public ValueTask SetSuppressedAsync(
        TenantId tenant,
        Identity identity,
        bool suppressed,
        CancellationToken cancellationToken
    ) =>
        CallAsync(
            nameof(SetSuppressedAsync),
            () => _inner.SetSuppressedAsync(tenant, identity, suppressed, cancellationToken),
            cancellationToken
        );

    /// <inheritdoc/>
    public ValueTask<bool> AreEventsOnAsync(CancellationToken cancellationToken) =>
        CallAsync(nameof(AreEventsOnAsync), () => Events.AreEventsOnAsync(cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask SetEventsOnAsync(bool areOn, CancellationToken cancellationToken) =>
        CallAsync(nameof(SetEventsOnAsync), () => Events.SetEventsOnAsync(areOn, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<ClaimedEvents>> ClaimEventsAsync(
        int mostQueues,
        int mostEvents,
        Duration lease,
        CancellationToken cancellationToken
    ) =>
        CallAsync(
            nameof(ClaimEventsAsync),
            () => Events.ClaimEventsAsync(mostQueues, mostEvents, lease, cancellationToken),
            cancellationToken
        );

    /// <inheritdoc/>
    public ValueTask SettleEventsAsync(
        ImmutableArray<EventSettlement> settlements,
        CancellationToken cancellationToken
    ) =>
        CallAsync(
            nameof(SettleEventsAsync),
            () => Events.SettleEventsAsync(settlements, cancellationToken),
            cancellationToken
        );

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<StoppedEvents>> GetStoppedEventsAsync(
        int most,
        CancellationToken cancellationToken
    ) =>
        CallAsync(
            nameof(GetStoppedEventsAsync),
            () => Events.GetStoppedEventsAsync(most, cancellationToken),
            cancellationToken
        );

    /// <inheritdoc/>
    public ValueTask<bool> RestartEventsAsync(
        TenantId tenant,
        CustomerId id,
        long sequence,
        bool skips,
        CancellationToken cancellationToken
    ) =>
        CallAsync(
            nameof(RestartEventsAsync),
            () => Events.RestartEventsAsync(tenant, id, sequence, skips, cancellationToken),
            cancellationToken
        );

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<CustomerProfile>> FindByMatchKeysAsync(
        TenantId tenant,
        CustomerId id,
        ImmutableArray<long> keys,
        int mostPerKey,
        CancellationToken cancellationToken
    ) =>
        CallAsync(
            nameof(FindByMatchKeysAsync),
            () => Duplicates.FindByMatchKeysAsync(tenant, id, keys, mostPerKey, cancellationToken),
            cancellationToken
        );

    /// <inheritdoc/>
    public ValueTask<bool> MarkNotDuplicatesAsync(
        TenantId tenant,
        CustomerId one,
        CustomerId other,
        Instant at,
        string by,
        CancellationToken cancellationToken
    ) =>
        CallAsync(
            nameof(MarkNotDuplicatesAsync),
            () => Duplicates.MarkNotDuplicatesAsync(tenant, one, other, at, by, cancellationToken),
            cancellationToken
        );

    /// <inheritdoc/>
    public ValueTask WriteMatchKeysAsync(
        TenantId tenant,
        ImmutableArray<CustomerProfile> profiles,
        CancellationToken cancellationToken
    ) =>
        CallAsync(
            nameof(WriteMatchKeysAsync),
            () => Duplicates.WriteMatchKeysAsync(tenant, profiles, cancellationToken),
            cancellationToken
        );

    /// <inheritdoc/>
    public ValueTask<StoredProperties> GetPropertiesAsync(TenantId tenant, CancellationToken cancellationToken) =>
        CallAsync(
            nameof(GetPropertiesAsync),
            () => Properties.GetPropertiesAsync(tenant, cancellationToken),
            cancellationToken
        );

    /// <inheritdoc/>
    public ValueTask<bool> SavePropertiesAsync(
        TenantId tenant,
        StoredProperties properties,
        CancellationToken cancellationToken
    ) =>
        CallAsync(
            nameof(SavePropertiesAsync),
            () => Properties.SavePropertiesAsync(tenant, properties, cancellationToken),
            cancellationToken
        );

    /// <summary>The wrapped store as a chapter of the contract that not every store implements.</summary>
    private T Chapter<T>()
        where T : class =>
        _inner as T ?? throw new NotSupportedException($"{_inner.GetType()} does not implement {typeof(T)}.");

    private async ValueTask CallAsync(string name, Func<ValueTask> call, CancellationToken cancellationToken) =>
        await CallAsync(
                name,
                async () =>
                {
                    await call().ConfigureAwait(false);
                    return true;
                },
                cancellationToken
            )
            .ConfigureAwait(false);

    private async ValueTask<T> CallAsync<T>(string name, Func<ValueTask<T>> call, CancellationToken cancellationToken)
    {
        _calls.Enqueue(name);
        var faults = Take(name);
        if (Before is { } before)
        {
            await before(name).ConfigureAwait(false);
        }

        foreach (var fault in faults)
        {
            await fault.BeforeAsync(cancellationToken).ConfigureAwait(false);
        }

        var result = await call().ConfigureAwait(false);
        foreach (var fault in faults)
        {
            await fault.AfterAsync(cancellationToken).ConfigureAwait(false);
        }

        if (After is { } after)
        {
            await after(name).ConfigureAwait(false);
        }

        return result;
    }

    /// <summary>Takes the faults of this call, and counts down the others of its method.</summary>
    private ImmutableArray<Fault> Take(string name)
    {
        lock (_lock)
        {
            var now = _faults
                .Where(fault => fault.Skip == 0 && string.Equals(fault.Call, name, StringComparison.Ordinal))
                .Select(fault => fault.Fault)
                .ToImmutableArray();
            _faults.RemoveAll(fault => fault.Skip == 0 && string.Equals(fault.Call, name, StringComparison.Ordinal));
            for (var i = 0; i < _faults.Count; i++)
            {
                if (string.Equals(_faults[i].Call, name, StringComparison.Ordinal))
                {
                    _faults[i] = _faults[i] with { Skip = _faults[i].Skip - 1 };
                }
            }

            return now;
        }
    }
}
