using NodaTime;

namespace CustomerProfiles.Stores;

/// <summary>
/// The calls of the store that name a customer by id. An id that was absorbed by a merge leads to the survivor: a store
/// finds nobody by it, so the call is repeated for whom it leads to. A customer who was never merged costs nothing
/// more, and each write is one step of the store about a customer who is not absorbed at that moment.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="followsMerges">False to leave an absorbed id the id of nobody, as it is for the store.</param>
internal sealed class CustomersById(ICustomerProfileStore store, bool followsMerges = true)
{
    private readonly IMergingStore? _merges = followsMerges ? store as IMergingStore : null;

    /// <summary>Reads a customer; null when the tenant has no such customer.</summary>
    public ValueTask<StoredCustomer?> GetAsync(TenantId tenant, CustomerId id, CancellationToken cancellationToken) =>
        FollowAsync(tenant, id, current => store.GetAsync(tenant, current, cancellationToken), cancellationToken);

    /// <summary>Reads a profile; null when the tenant has no such customer.</summary>
    public ValueTask<CustomerProfile?> GetProfileAsync(
        TenantId tenant,
        CustomerId id,
        CancellationToken cancellationToken
    ) =>
        FollowAsync(
            tenant,
            id,
            current => store.GetProfileAsync(tenant, current, cancellationToken),
            cancellationToken
        );

    /// <summary>
    /// Writes the next version of a profile. Of one whose customer was absorbed meanwhile nothing is written; the
    /// survivor's profile is the current one then.
    /// </summary>
    public async ValueTask<UpdateResult> UpdateAsync(
        CustomerProfile profile,
        ProfileChange? change,
        CancellationToken cancellationToken
    )
    {
        var result = await store.UpdateAsync(profile, change, cancellationToken).ConfigureAwait(false);
        return
            result is UpdateResult.NotFound
            && _merges is not null
            && await GetAsync(profile.Tenant, profile.Id, cancellationToken).ConfigureAwait(false) is { } survivor
            ? new UpdateResult.Stale(survivor.Profile)
            : result;
    }

    /// <summary>
    /// Ends a check. One whose customer was absorbed meanwhile is the survivor's now, under the same lease.
    /// </summary>
    public async ValueTask<CompleteResult> CompleteCheckAsync(
        CheckClaim claim,
        CheckOutcome outcome,
        CustomerProfile? profile,
        ProfileChange? change,
        Instant now,
        CancellationToken cancellationToken
    )
    {
        while (true)
        {
            // A profile of whoever absorbed the customer is never written under the customer's own claim: the merge may
            // have been undone since it was planned.
            var isOwn = profile is null || profile.Id == claim.CustomerId;
            var result = isOwn
                ? await store
                    .CompleteCheckAsync(claim, outcome, profile, change, now, cancellationToken)
                    .ConfigureAwait(false)
                : new CompleteResult.LeaseLost();
            if (
                result is not CompleteResult.LeaseLost
                || await OfSurvivorAsync(claim, cancellationToken).ConfigureAwait(false) is not { } moved
            )
            {
                return isOwn ? result : await OfOwnAsync().ConfigureAwait(false);
            }

            if (profile is not null && profile.Id != moved.CustomerId)
            {
                return new CompleteResult.Stale(moved.Profile);
            }

            result = await store
                .CompleteCheckAsync(moved, outcome, profile, change, now, cancellationToken)
                .ConfigureAwait(false);
            if (
                result is not CompleteResult.LeaseLost
                || await OfSurvivorAsync(claim, cancellationToken).ConfigureAwait(false) is { } still
                    && still.CustomerId == moved.CustomerId
            )
            {
                return result;
            }

            // The merge was undone, or the survivor absorbed, meanwhile: who has the lease now?
        }

        // The merge is undone: the result is about the customer alone again.
        async ValueTask<CompleteResult> OfOwnAsync() =>
            await GetAsync(claim.Tenant, claim.CustomerId, cancellationToken).ConfigureAwait(false) is { } own
                ? new CompleteResult.Stale(own.Profile)
                : new CompleteResult.LeaseLost();
    }

    /// <summary>
    /// Releases a claim without a result; also one whose customer was absorbed meanwhile, which is the survivor's now.
    /// </summary>
    public async ValueTask ReleaseCheckAsync(
        CheckClaim claim,
        CheckRelease release,
        CancellationToken cancellationToken
    )
    {
        await store.ReleaseCheckAsync(claim, release, cancellationToken).ConfigureAwait(false);
        if (await OfSurvivorAsync(claim, cancellationToken).ConfigureAwait(false) is { } moved)
        {
            await store.ReleaseCheckAsync(moved, release, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Renews the lease of a claim.</summary>
    /// <returns>Whether it was still held.</returns>
    public async ValueTask<bool> RenewLeaseAsync(
        CheckClaim claim,
        Duration lease,
        CancellationToken cancellationToken
    ) =>
        await store.RenewLeaseAsync(claim, lease, cancellationToken).ConfigureAwait(false)
        || (
            await OfSurvivorAsync(claim, cancellationToken).ConfigureAwait(false) is { } moved
            && await store.RenewLeaseAsync(moved, lease, cancellationToken).ConfigureAwait(false)
        );

    /// <summary>Suppresses or unsuppresses a customer.</summary>
    /// <returns>Whether the tenant has this customer.</returns>
    public ValueTask<bool> SetSuppressedAsync(
        TenantId tenant,
        CustomerId id,
        bool suppressed,
        ProfileChange? change,
        CancellationToken cancellationToken
    ) =>
        FollowAsync(
            tenant,
            id,
            current => store.SetSuppressedAsync(tenant, current, suppressed, change, cancellationToken),
            cancellationToken
        );

    /// <summary>Reads the history of a customer; null when the tenant has no such customer.</summary>
    /// <exception cref="NotSupportedException">The store keeps no history.</exception>
    public ValueTask<StoredHistory?> GetHistoryAsync(
        TenantId tenant,
        CustomerId id,
        CancellationToken cancellationToken
    )
    {
        var histories = StoreHistory.Of(store);
        return FollowAsync(
            tenant,
            id,
            current => histories.GetHistoryAsync(tenant, current, cancellationToken),
            cancellationToken
        );
    }

    /// <summary>The chapter of the store for exporting.</summary>
    /// <exception cref="NotSupportedException">The store exports nothing.</exception>
    public IExportStore Exports =>
        store as IExportStore
        ?? throw new NotSupportedException(
            $"{store.GetType()} exports nothing, because it does not implement {typeof(IExportStore)}. Implement it on "
                + "the same class, or use a store that does."
        );

    /// <summary>Reads everything about a customer; null when the tenant has no such customer.</summary>
    /// <exception cref="NotSupportedException">The store exports nothing.</exception>
    public ValueTask<StoredRecord?> GetRecordAsync(TenantId tenant, CustomerId id, CancellationToken cancellationToken)
    {
        var records = Exports;
        return FollowAsync(
            tenant,
            id,
            current => records.GetRecordAsync(tenant, current, cancellationToken),
            cancellationToken
        );
    }

    /// <summary>The same lease of whoever absorbed the customer of a claim; null when nobody did.</summary>
    private async ValueTask<CheckClaim?> OfSurvivorAsync(CheckClaim claim, CancellationToken cancellationToken) =>
        _merges is not null
        && await GetAsync(claim.Tenant, claim.CustomerId, cancellationToken).ConfigureAwait(false) is { } survivor
        && survivor.Profile.Id != claim.CustomerId
            ? claim with
            {
                Profile = survivor.Profile,
            }
            : null;

    /// <summary>Calls for a customer, and again for whoever has absorbed them.</summary>
    private async ValueTask<T?> FollowAsync<T>(
        TenantId tenant,
        CustomerId id,
        Func<CustomerId, ValueTask<T?>> call,
        CancellationToken cancellationToken
    )
    {
        var current = id;
        var wasAbsorbed = true;
        while (true)
        {
            var result = await call(current).ConfigureAwait(false);
            var isFound = !EqualityComparer<T>.Default.Equals(result, default);
            if (_merges is null || (isFound && current == id))
            {
                return result;
            }

            // A merge may have been undone meanwhile: then the id is that of a customer again, for whom the call is
            // made, whatever it did for whoever had absorbed them. And it may have been made again by then, so nobody
            // has the id only if the call finds nobody between two looks that find no merge.
            var absorbed = await _merges.FindSurvivorAsync(tenant, id, cancellationToken).ConfigureAwait(false);
            if (isFound ? absorbed?.Survivor == current : absorbed is null && !wasAbsorbed)
            {
                return result;
            }

            wasAbsorbed = absorbed is not null;
            current = absorbed?.Survivor ?? id;
        }
    }
}
