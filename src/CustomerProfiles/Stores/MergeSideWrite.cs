using System.Collections.Immutable;

namespace CustomerProfiles.Stores;

/// <summary>What a merge, or undoing one, writes of one of its customers.</summary>
/// <remarks>Immutable. <see cref="ToString"/> shows the id only.</remarks>
public sealed class MergeSideWrite
{
    /// <summary>The <see cref="MergeSide.State"/> that was read.</summary>
    public required string State { get; init; }

    /// <summary>
    /// The profile: the next version, with all identities that the customer has then. Of the absorbed customer of a
    /// merge it is the one that was read, which is not written.
    /// </summary>
    public required CustomerProfile Profile { get; init; }

    /// <summary>
    /// All checks of the customer, which replace those that the store holds. A pending one that is not
    /// <see cref="StoredCheck.IsWanted"/> ends, or, if it is under a lease, stays under it: its result is dropped.
    /// </summary>
    public required ImmutableArray<StoredCheck> Checks { get; init; }

    /// <summary>
    /// Whether the customer is marked as suppressed. When they were not, no pending check of theirs is wanted any more,
    /// as by suppressing.
    /// </summary>
    public required bool IsMarked { get; init; }

    /// <summary>The merge that marked the customer; null when they are not marked, or by somebody else.</summary>
    public required MergeId? MarkedBy { get; init; }

    /// <summary>What the history keeps; null for nothing. A store without history takes no notice of it.</summary>
    public required ProfileChange? Change { get; init; }

    /// <summary>The id only.</summary>
    public override string ToString() => $"{nameof(MergeSideWrite)} {Profile.Id}";
}
