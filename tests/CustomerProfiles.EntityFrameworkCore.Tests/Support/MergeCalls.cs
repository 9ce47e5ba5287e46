using System.Collections.Immutable;
using CustomerProfiles.Stores;

namespace CustomerProfiles.EntityFrameworkCore.Tests.Support;

/// <summary>Merges as a caller of the store plans them, in their simplest form.</summary>
internal static class MergeCalls
{
    public static IMergingStore Merging(this ICustomerProfileStore store) => (IMergingStore)store;

    /// <summary>What a merge of two customers writes, as they are now.</summary>
    public static async Task<MergeWrite> PlanAsync(
        this ICustomerProfileStore store,
        CustomerId from,
        CustomerId into,
        TenantId tenant = default
    )
    {
        var sides = await store.Merging().GetSidesAsync(tenant, from, into, default);
        return Plan(sides.From!, sides.Into!);
    }

    /// <summary>
    /// The survivor keeps their own values; of the checks, the other's come where they have none. Suppression is
    /// united.
    /// </summary>
    public static MergeWrite Plan(MergeSide from, MergeSide into)
    {
        var merge = MergeId.From(Guid.CreateVersion7());
        var isMarked = from.IsMarked || into.IsMarked;
        var (profile, other) = (into.Profile, from.Profile);
        ImmutableArray<Identity> identities = [.. profile.Identities, .. other.Identities];
        return new MergeWrite
        {
            Tenant = profile.Tenant,
            Merge = new MergeRecord
            {
                Id = merge,
                From = other.Id,
                Into = profile.Id,
                At = StoreCalls.Now,
                By = "kim",
            },
            Journal = "what is needed to undo it",
            From = WriteOf(from, other, from.Checks),
            Into = WriteOf(
                into,
                With(profile, identities, profile.CreatedAt < other.CreatedAt ? profile.CreatedAt : other.CreatedAt),
                [
                    .. into.Checks,
                    .. from.Checks.Where(check =>
                        into.Checks.All(known => known.State.Provider != check.State.Provider)
                    ),
                ],
                isMarked,
                into.IsMarked ? into.MarkedBy
                    : isMarked ? merge
                    : null
            ),
            NewMarks = isMarked || !from.Marks.IsEmpty ? identities : [],
        };
    }

    /// <summary>What undoing a merge writes, so that both are as they were before it.</summary>
    public static async Task<MergeWrite> PlanUndoingAsync(
        this ICustomerProfileStore store,
        MergeId merge,
        MergeSides before
    )
    {
        var stored = (await store.Merging().GetMergeAsync(before.From!.Profile.Tenant, merge, default))!;
        return new MergeWrite
        {
            Tenant = before.From.Profile.Tenant,
            Merge = stored.Record with { At = StoreCalls.Now + StoreCalls.Lease },
            From = Restored(stored.Sides.From!, before.From),
            Into = Restored(stored.Sides.Into!, before.Into!),
            Aliases = before.From.Aliases,
        };
    }

    private static MergeSideWrite Restored(MergeSide now, MergeSide before) =>
        WriteOf(
            now,
            new CustomerProfile(
                before.Profile.Tenant,
                before.Profile.Id,
                now.Profile.Version + 1,
                before.Profile.CreatedAt,
                before.Profile.UpdatedAt,
                before.Profile.Identities,
                before.Profile.Values
            ),
            before.Checks,
            before.IsMarked,
            before.MarkedBy
        );

    private static CustomerProfile With(
        CustomerProfile profile,
        ImmutableArray<Identity> identities,
        NodaTime.Instant createdAt
    ) => new(profile.Tenant, profile.Id, profile.Version + 1, createdAt, StoreCalls.Now, identities, profile.Values);

    private static MergeSideWrite WriteOf(
        MergeSide read,
        CustomerProfile profile,
        ImmutableArray<StoredCheck> checks,
        bool isMarked = false,
        MergeId? markedBy = null
    ) =>
        new()
        {
            State = read.State,
            Profile = profile,
            Checks = checks,
            IsMarked = isMarked,
            MarkedBy = markedBy,
            Change = null,
        };
}
