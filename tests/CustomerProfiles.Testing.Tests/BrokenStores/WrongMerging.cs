using System.Collections.Immutable;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing.Tests.BrokenStores;

/// <summary>Writes another merge than it is given, or reads something else of one.</summary>
internal sealed class WrongMerging(ICustomerProfileStore inner) : PassingStore(inner)
{
    /// <summary>What is written instead, given both customers as they are now.</summary>
    public Func<MergeWrite, MergeSides, MergeWrite> Merges { get; init; } = (write, _) => write;

    /// <summary>What is written instead when a merge is undone.</summary>
    public Func<MergeWrite, MergeSides, MergeWrite> Unmerges { get; init; } = (write, _) => write;

    public Func<ICustomerProfileStore, MergeWrite, Task> AfterMerging { get; init; } = (_, _) => Task.CompletedTask;

    public Func<ICustomerProfileStore, MergeWrite, Task> AfterUnmerging { get; init; } = (_, _) => Task.CompletedTask;

    public bool SaysThatItWasUndone { get; init; }

    public bool FindsTheAbsorbed { get; init; }

    public bool ListsTheAbsorbed { get; init; }

    public bool RecordsUnderTheSurvivor { get; init; }

    public bool LeadsToTheFirstSurvivor { get; init; }

    public bool ListsDirectMergesOnly { get; init; }

    public bool FreesTheId { get; init; }

    public Func<StoredMerge, StoredMerge> Reads { get; init; } = merge => merge;

    /// <summary>Whether a call of another may come between comparing the states and writing.</summary>
    public bool ComparesFirst { get; init; }

    /// <summary>Whether a call of another may come before a check is completed.</summary>
    public bool CompletesLater { get; init; }

    private IMergingStore Merging => (IMergingStore)Inner;

    public static MergeWrite With(
        MergeWrite write,
        MergeSideWrite? from = null,
        MergeSideWrite? into = null,
        ImmutableArray<Identity>? newMarks = null,
        ImmutableArray<CustomerId>? aliases = null
    ) =>
        new()
        {
            Tenant = write.Tenant,
            Merge = write.Merge,
            Journal = write.Journal,
            From = from ?? write.From,
            Into = into ?? write.Into,
            NewMarks = newMarks ?? write.NewMarks,
            Aliases = aliases ?? write.Aliases,
        };

    public static MergeSideWrite With(
        MergeSideWrite side,
        string? state = null,
        CustomerProfile? profile = null,
        IEnumerable<StoredCheck>? checks = null,
        bool keepsHistory = true
    ) =>
        new()
        {
            State = state ?? side.State,
            Profile = profile ?? side.Profile,
            Checks = checks is null ? side.Checks : [.. checks],
            IsMarked = side.IsMarked,
            MarkedBy = side.MarkedBy,
            Change = keepsHistory ? side.Change : null,
        };

    /// <summary>The same write for both customers as they are now, whatever the caller read.</summary>
    public static MergeWrite OfNow(MergeWrite write, MergeSides now) =>
        With(write, With(write.From, now.From?.State), With(write.Into, now.Into?.State));

    public override async ValueTask<bool> MergeAsync(MergeWrite merge, CancellationToken cancellationToken)
    {
        var now = await SidesAsync(merge, cancellationToken);
        if (ComparesFirst)
        {
            if (!IsAsRead(merge, now))
            {
                return false;
            }

            var compared = merge;
            await UntilOtherwiseAsync(
                async () => IsAsRead(compared, await SidesAsync(compared, cancellationToken)),
                cancellationToken
            );
            merge = OfNow(merge, await SidesAsync(merge, cancellationToken));
        }

        var isWritten = await base.MergeAsync(Merges(merge, now), cancellationToken);
        if (isWritten)
        {
            await AfterMerging(Inner, merge);
        }

        return isWritten;
    }

    /// <summary>An update that comes with a merge arrives after it has compared.</summary>
    public override async ValueTask<UpdateResult> UpdateAsync(
        CustomerProfile profile,
        ProfileChange? change,
        CancellationToken cancellationToken
    )
    {
        for (var pause = 0; ComparesFirst && pause < 5; pause++)
        {
            await RoundTripAsync(cancellationToken);
        }

        return await base.UpdateAsync(profile, change, cancellationToken);
    }

    public override async ValueTask<CompleteResult> CompleteCheckAsync(
        CheckClaim claim,
        CheckOutcome outcome,
        CustomerProfile? profile,
        ProfileChange? change,
        Instant now,
        CancellationToken cancellationToken
    )
    {
        if (CompletesLater)
        {
            await RoundTripAsync(cancellationToken);
        }

        return await base.CompleteCheckAsync(claim, outcome, profile, change, now, cancellationToken);
    }

    public override async ValueTask<bool> UnmergeAsync(MergeWrite unmerge, CancellationToken cancellationToken)
    {
        var now = await SidesAsync(unmerge, cancellationToken);
        var isWritten = await base.UnmergeAsync(Unmerges(unmerge, now), cancellationToken);
        if (isWritten)
        {
            await AfterUnmerging(Inner, unmerge);
        }

        return isWritten || SaysThatItWasUndone;
    }

    public override async ValueTask<StoredCustomer?> GetAsync(
        TenantId tenant,
        CustomerId id,
        CancellationToken cancellationToken
    ) =>
        FindsTheAbsorbed && await Merging.FindSurvivorAsync(tenant, id, cancellationToken) is { } absorbed
            ? await base.GetAsync(tenant, absorbed.Survivor, cancellationToken)
            : await base.GetAsync(tenant, id, cancellationToken);

    public override async ValueTask<ProfilePage> ListAsync(
        TenantId tenant,
        ProfileQuery query,
        CancellationToken cancellationToken
    )
    {
        var page = await base.ListAsync(tenant, query, cancellationToken);
        if (!ListsTheAbsorbed || page.Next is not null)
        {
            return page;
        }

        var absorbed = ImmutableArray.CreateBuilder<CustomerProfile>();
        foreach (var profile in page.Profiles)
        {
            foreach (var merge in await Merging.GetMergesAsync(tenant, profile.Id, cancellationToken))
            {
                var sides = await Merging.GetSidesAsync(tenant, merge.From, merge.Into, cancellationToken);
                absorbed.Add(sides.From!.Profile);
            }
        }

        return new ProfilePage { Profiles = [.. page.Profiles, .. absorbed] };
    }

    public override async ValueTask<ConversationLookup?> RecordConversationAsync(
        TenantId tenant,
        Identity identity,
        ConversationRecord conversation,
        CancellationToken cancellationToken
    )
    {
        if (RecordsUnderTheSurvivor && await base.FindAsync(tenant, identity, cancellationToken) is { } owner)
        {
            identity = owner.Profile.Identities[0];
        }

        return await base.RecordConversationAsync(tenant, identity, conversation, cancellationToken);
    }

    public override async ValueTask<AbsorbedInto?> FindSurvivorAsync(
        TenantId tenant,
        CustomerId id,
        CancellationToken cancellationToken
    ) =>
        await base.FindSurvivorAsync(tenant, id, cancellationToken) is not { } found ? null
        : LeadsToTheFirstSurvivor && await Merging.GetMergeAsync(tenant, found.Merge, cancellationToken) is { } merge
            ? new AbsorbedInto(merge.Record.Into, found.Merge)
        : found;

    public override async ValueTask<StoredMerge?> GetMergeAsync(
        TenantId tenant,
        MergeId merge,
        CancellationToken cancellationToken
    ) => await base.GetMergeAsync(tenant, merge, cancellationToken) is { } found ? Reads(found) : null;

    public override async ValueTask<ImmutableArray<MergeRecord>> GetMergesAsync(
        TenantId tenant,
        CustomerId id,
        CancellationToken cancellationToken
    )
    {
        var merges = await base.GetMergesAsync(tenant, id, cancellationToken);
        return ListsDirectMergesOnly ? [.. merges.Where(merge => merge.Into == id)] : merges;
    }

    public override async ValueTask<ImmutableArray<AddResult>> AddAsync(
        TenantId tenant,
        ImmutableArray<CustomerProfile> profiles,
        EventWrite? created,
        CancellationToken cancellationToken
    )
    {
        if (FreesTheId)
        {
            foreach (var profile in profiles)
            {
                if (await Merging.FindSurvivorAsync(tenant, profile.Id, cancellationToken) is not null)
                {
                    return [.. profiles.Select(_ => new AddResult.Added())];
                }
            }
        }

        return await base.AddAsync(tenant, profiles, created, cancellationToken);
    }

    private static bool IsAsRead(MergeWrite write, MergeSides now) =>
        now.From?.State == write.From.State && now.Into?.State == write.Into.State;

    private ValueTask<MergeSides> SidesAsync(MergeWrite write, CancellationToken cancellationToken) =>
        Merging.GetSidesAsync(write.Tenant, write.Merge.From, write.Merge.Into, cancellationToken);
}
