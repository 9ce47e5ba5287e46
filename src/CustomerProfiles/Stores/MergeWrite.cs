using System.Collections.Immutable;

namespace CustomerProfiles.Stores;

/// <summary>What a merge, or undoing one, writes.</summary>
/// <remarks>Immutable. <see cref="ToString"/> shows the id of the merge only.</remarks>
public sealed class MergeWrite
{
    /// <summary>The tenant.</summary>
    public required TenantId Tenant { get; init; }

    /// <summary>The merge. When it is undone, its time is that of undoing it.</summary>
    public required MergeRecord Merge { get; init; }

    /// <summary>
    /// What is needed to undo the merge, as a text that the store keeps until then; not read when it is undone.
    /// </summary>
    public string? Journal { get; init; }

    /// <summary>
    /// The customer who is or was absorbed. By a merge only their history is written, and everything else is taken from
    /// them.
    /// </summary>
    public required MergeSideWrite From { get; init; }

    /// <summary>The customer who stays.</summary>
    public required MergeSideWrite Into { get; init; }

    /// <summary>
    /// Identities of the survivor that a merge marks as suppressed in its own name, unless they are marked; not read
    /// when it is undone.
    /// </summary>
    public ImmutableArray<Identity> NewMarks { get; init; } = [];

    /// <summary>
    /// The ids that lead to the absorbed customer again when the merge is undone; not read by a merge, which takes all.
    /// </summary>
    public ImmutableArray<CustomerId> Aliases { get; init; } = [];

    /// <summary>The id of the merge only.</summary>
    public override string ToString() => $"{nameof(MergeWrite)} {Merge.Id}";
}
