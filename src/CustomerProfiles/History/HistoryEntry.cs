using System.Collections.Immutable;

namespace CustomerProfiles;

/// <summary>One change in the history of a customer.</summary>
/// <remarks>Immutable. <see cref="ToString"/> shows number and kind only.</remarks>
public sealed class HistoryEntry
{
    /// <summary>
    /// The customer whose change it was: the one whose history is read, or one whom they have absorbed since. Only own
    /// changes can be reverted.
    /// </summary>
    public required CustomerId CustomerId { get; init; }

    /// <summary>The number of the change among that customer's: 1 for the first, never given twice.</summary>
    public required long Number { get; init; }

    /// <summary>
    /// The version of the profile that the change made; null when it made none, as by suppressing.
    /// </summary>
    public required long? Version { get; init; }

    /// <summary>What the change was made for.</summary>
    public required HistoryKind Kind { get; init; }

    /// <summary>Who made it, and when.</summary>
    public required Provenance By { get; init; }

    /// <summary><see cref="ProfileEdit.CaseReference"/> of the edit; null when it had none.</summary>
    public required string? CaseReference { get; init; }

    /// <summary>What the change did, one for each field or entry that it touched. Empty when it made no version, and
    /// when it only moved the time of the last change.</summary>
    public required ImmutableArray<HistoryValue> Values { get; init; }

    /// <summary>Number and kind only.</summary>
    public override string ToString() => $"{Number} {Kind}";
}
