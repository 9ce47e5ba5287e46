using System.Collections.Immutable;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing.Tests.BrokenStores;

/// <summary>Not broken: each call takes time before and after it happens, and may be cancelled in either.</summary>
internal sealed class SlowStore(ICustomerProfileStore inner) : PassingStore(inner)
{
    public override async ValueTask<StoredCustomer?> GetAsync(
        TenantId tenant,
        CustomerId id,
        CancellationToken cancellationToken
    ) => await ThereAndBackAsync(() => Inner.GetAsync(tenant, id, cancellationToken), cancellationToken);

    public override async ValueTask<StoredCustomer?> FindAsync(
        TenantId tenant,
        Identity identity,
        CancellationToken cancellationToken
    ) => await ThereAndBackAsync(() => Inner.FindAsync(tenant, identity, cancellationToken), cancellationToken);

    public override async ValueTask<ConversationLookup?> CreateAsync(
        NewCustomer customer,
        CancellationToken cancellationToken
    ) => await ThereAndBackAsync(() => Inner.CreateAsync(customer, cancellationToken), cancellationToken);

    public override async ValueTask<ImmutableArray<AddResult>> AddAsync(
        TenantId tenant,
        ImmutableArray<CustomerProfile> profiles,
        EventWrite? created,
        CancellationToken cancellationToken
    ) => await ThereAndBackAsync(() => Inner.AddAsync(tenant, profiles, created, cancellationToken), cancellationToken);

    public override async ValueTask<UpdateResult> UpdateAsync(
        CustomerProfile profile,
        ProfileChange? change,
        CancellationToken cancellationToken
    ) => await ThereAndBackAsync(() => Inner.UpdateAsync(profile, change, cancellationToken), cancellationToken);

    public override async ValueTask<CheckClaim?> ClaimNextCheckAsync(
        ImmutableArray<string> providers,
        Instant now,
        Duration lease,
        CancellationToken cancellationToken
    ) =>
        await ThereAndBackAsync(
            () => Inner.ClaimNextCheckAsync(providers, now, lease, cancellationToken),
            cancellationToken
        );

    public override async ValueTask<CompleteResult> CompleteCheckAsync(
        CheckClaim claim,
        CheckOutcome outcome,
        CustomerProfile? profile,
        ProfileChange? change,
        Instant now,
        CancellationToken cancellationToken
    ) =>
        await ThereAndBackAsync(
            () => Inner.CompleteCheckAsync(claim, outcome, profile, change, now, cancellationToken),
            cancellationToken
        );

    public override async ValueTask<bool> SetProviderSettingAsync(
        TenantId tenant,
        ProviderSetting setting,
        CancellationToken cancellationToken
    ) =>
        await ThereAndBackAsync(
            () => Inner.SetProviderSettingAsync(tenant, setting, cancellationToken),
            cancellationToken
        );

    public override async ValueTask<MergeSides> GetSidesAsync(
        TenantId tenant,
        CustomerId from,
        CustomerId into,
        CancellationToken cancellationToken
    ) => await ThereAndBackAsync(() => base.GetSidesAsync(tenant, from, into, cancellationToken), cancellationToken);

    public override async ValueTask<bool> MergeAsync(MergeWrite merge, CancellationToken cancellationToken) =>
        await ThereAndBackAsync(() => base.MergeAsync(merge, cancellationToken), cancellationToken);

    public override async ValueTask<bool> UnmergeAsync(MergeWrite unmerge, CancellationToken cancellationToken) =>
        await ThereAndBackAsync(() => base.UnmergeAsync(unmerge, cancellationToken), cancellationToken);

    public override async ValueTask<StoredProperties> GetPropertiesAsync(
        TenantId tenant,
        CancellationToken cancellationToken
    ) => await ThereAndBackAsync(() => base.GetPropertiesAsync(tenant, cancellationToken), cancellationToken);

    public override async ValueTask<bool> SavePropertiesAsync(
        TenantId tenant,
        StoredProperties properties,
        CancellationToken cancellationToken
    ) =>
        await ThereAndBackAsync(
            () => base.SavePropertiesAsync(tenant, properties, cancellationToken),
            cancellationToken
        );

    public override async ValueTask<EraseResult> EraseAsync(
        ErasureWrite erasure,
        CancellationToken cancellationToken
    ) => await ThereAndBackAsync(() => base.EraseAsync(erasure, cancellationToken), cancellationToken);

    public override async ValueTask<ImmutableArray<ClaimedEvents>> ClaimEventsAsync(
        int mostQueues,
        int mostEvents,
        Duration lease,
        CancellationToken cancellationToken
    ) =>
        await ThereAndBackAsync(
            () => base.ClaimEventsAsync(mostQueues, mostEvents, lease, cancellationToken),
            cancellationToken
        );

    public override async ValueTask<bool> RestartEventsAsync(
        TenantId tenant,
        CustomerId id,
        long sequence,
        bool skips,
        CancellationToken cancellationToken
    ) =>
        await ThereAndBackAsync(
            () => base.RestartEventsAsync(tenant, id, sequence, skips, cancellationToken),
            cancellationToken
        );

    private static async Task<T> ThereAndBackAsync<T>(Func<ValueTask<T>> call, CancellationToken cancellationToken)
    {
        await RoundTripAsync(cancellationToken);
        var result = await call();
        await RoundTripAsync(cancellationToken);
        return result;
    }
}
