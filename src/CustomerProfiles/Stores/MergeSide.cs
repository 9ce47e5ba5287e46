using System.Collections.Immutable;

namespace CustomerProfiles.Stores;

/// <summary>One of the two customers of a merge, as the store holds them.</summary>
/// <remarks>Immutable. <see cref="ToString"/> shows the id only.</remarks>
public sealed class MergeSide
{
    /// <summary>The profile. Of an absorbed customer it is the one from before the merge.</summary>
    public required CustomerProfile Profile { get; init; }

    /// <summary>The checks, one for each provider from which a check was ever requested, in no order.</summary>
    public required ImmutableArray<StoredCheck> Checks { get; init; }

    /// <summary>Whether the customer is marked as suppressed.</summary>
    public required bool IsMarked { get; init; }

    /// <summary>The merge that marked the customer; null when they are not marked, or by somebody else.</summary>
    public required MergeId? MarkedBy { get; init; }

    /// <summary>
    /// Those of the customer's identities that are marked as suppressed, in the order of the profile.
    /// </summary>
    public required ImmutableArray<SuppressionMark> Marks { get; init; }

    /// <summary>The ids that the customer has absorbed, in no order; empty for an absorbed customer.</summary>
    public required ImmutableArray<CustomerId> Aliases { get; init; }

    /// <summary>Where the customer's id leads; null when they are not absorbed.</summary>
    public required AbsorbedInto? Absorbed { get; init; }

    /// <summary>
    /// Everything that the plan of a merge reads of the customer, as a text of the store's own: it differs whenever the
    /// version, the checks, a mark, whether a check is wanted, the aliases or <see cref="Absorbed"/> differ. The caller
    /// passes it back unread.
    /// </summary>
    public required string State { get; init; }

    /// <summary>The id only.</summary>
    public override string ToString() => $"{nameof(MergeSide)} {Profile.Id}";
}
