using System.Collections.Immutable;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles;

/// <summary>
/// What a merge makes of two customers: a pure function of both, which the preview shows and the merge writes.
/// </summary>
internal sealed class MergePlan
{
    private MergePlan(MergeSide from, MergeSide into) => (From, Into) = (from, into);

    /// <summary>The absorbed customer, as read.</summary>
    public MergeSide From { get; }

    /// <summary>The customer who stays, as read.</summary>
    public MergeSide Into { get; }

    /// <summary>Every entry of both.</summary>
    public required ImmutableArray<MergedEntry> Entries { get; init; }

    /// <summary>The profile of the merged customer.</summary>
    public required CustomerProfile Profile { get; init; }

    /// <summary>The checks of the merged customer.</summary>
    public required ImmutableArray<StoredCheck> Checks { get; init; }

    /// <summary>Whether the merged customer is suppressed, because one of the two is.</summary>
    public required bool IsSuppressed { get; init; }

    /// <summary>The identities that the merge marks as suppressed.</summary>
    public required ImmutableArray<Identity> NewMarks { get; init; }

    /// <summary>Plans the merge of two customers of whom neither is absorbed.</summary>
    public static MergePlan Of(
        MergeSide from,
        MergeSide into,
        ImmutableArray<MergeChoice> choices,
        FieldLabels labels,
        Instant now
    )
    {
        var entries = MergedValues.Of(from.Profile, into.Profile, choices, labels);
        var isSuppressed = IsSuppressedIn(from) || IsSuppressedIn(into);
        var profile = new CustomerProfile(
            into.Profile.Tenant,
            into.Profile.Id,
            into.Profile.Version + 1,
            Instant.Min(from.Profile.CreatedAt, into.Profile.CreatedAt),
            Instant.Max(now, into.Profile.UpdatedAt),
            [.. into.Profile.Identities, .. from.Profile.Identities],
            [.. entries.Select(entry => entry.Result).OfType<FieldValue>()]
        );
        return new MergePlan(from, into)
        {
            Entries = entries,
            Profile = profile,
            Checks = MergedChecks.Of(from.Checks, into.Checks, isSuppressed),
            IsSuppressed = isSuppressed,
            NewMarks = isSuppressed
                ? [.. profile.Identities.Except(from.Marks.Concat(into.Marks).Select(mark => mark.Identity))]
                : [],
        };
    }

    /// <summary>Whether a customer, or one of their identities, is marked.</summary>
    public static bool IsSuppressedIn(MergeSide side) => side.IsMarked || side.Marks.Length > 0;
}
