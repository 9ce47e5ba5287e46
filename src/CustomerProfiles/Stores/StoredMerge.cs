using NodaTime;

namespace CustomerProfiles.Stores;

/// <summary>A merge as the store holds it, with both of its customers as they are now.</summary>
/// <remarks>Immutable. <see cref="ToString"/> shows the id only.</remarks>
public sealed class StoredMerge
{
    /// <summary>What was merged, when and by whom.</summary>
    public required MergeRecord Record { get; init; }

    /// <summary>When it was undone; null when it was not.</summary>
    public required Instant? UndoneAt { get; init; }

    /// <summary>
    /// The journal of the merge, as <see cref="MergeWrite.Journal"/> gave it; null when it was undone.
    /// </summary>
    public required string? Journal { get; init; }

    /// <summary>Both customers; either may be absorbed.</summary>
    public required MergeSides Sides { get; init; }

    /// <summary>The id only.</summary>
    public override string ToString() => $"{nameof(StoredMerge)} {Record.Id}";
}
