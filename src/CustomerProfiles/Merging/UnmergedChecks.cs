using System.Collections.Immutable;
using CustomerProfiles.Stores;

namespace CustomerProfiles;

/// <summary>
/// What becomes of the checks of two customers who are separated again. A check that was completed since the merge
/// counts for both, so that nobody is paid for twice. What was pending before the merge, and still is, returns to whom
/// it was about. What was requested or claimed since ends, because it is about both.
/// </summary>
internal static class UnmergedChecks
{
    /// <summary>The checks of one of the two.</summary>
    /// <param name="own">Theirs before the merge.</param>
    /// <param name="journal">What the merge remembers.</param>
    /// <param name="current">The checks of the merged customer.</param>
    public static ImmutableArray<StoredCheck> Of(
        ImmutableArray<StoredCheck> own,
        MergeJournal journal,
        ImmutableArray<StoredCheck> current
    ) =>
        [
            .. own.Concat(current)
                .Select(check => check.State.Provider)
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal)
                .Select(provider =>
                    Separate(own.With(provider), journal.MergedChecks.With(provider), current.With(provider))
                )
                .OfType<StoredCheck>(),
        ];

    private static StoredCheck? Separate(StoredCheck? own, StoredCheck? merged, StoredCheck? current)
    {
        if (current is null)
        {
            return own;
        }

        var isCheckedSince = current.State.LastCheckAt != merged?.State.LastCheckAt;
        if (isCheckedSince)
        {
            return new StoredCheck { State = current.State with { IsPending = false } };
        }

        if (own is not { State.IsPending: true } || !IsStillPending(own, merged, current))
        {
            return own is { State.IsPending: true } ? own.WithoutPending() : own;
        }

        var isHeld = own.LeaseId is not null && own.LeaseId == current.LeaseId;
        return own with
        {
            LeasedUntil = isHeld ? current.LeasedUntil : own.LeasedUntil,

            // A result that was to be dropped since the merge is dropped, also when it is allowed again by now.
            IsWanted = own.IsWanted && (current.IsWanted || merged is not { IsWanted: true }),
        };
    }

    /// <summary>Whether what was pending before the merge neither ended nor became a check about both.</summary>
    private static bool IsStillPending(StoredCheck own, StoredCheck? merged, StoredCheck current)
    {
        if (merged is not { State.IsPending: true })
        {
            // The merge itself ended it, by suppressing.
            return !current.State.IsPending;
        }

        return current.State.IsPending
            && current.State.RequestedAt == merged.State.RequestedAt
            && (current.LeaseId == merged.LeaseId || current.LeaseId == own.LeaseId);
    }
}
