using System.Collections.Immutable;

namespace CustomerProfiles;

/// <summary>A page of the history of a customer, newest first.</summary>
/// <remarks>Immutable.</remarks>
public sealed class HistoryPage
{
    /// <summary>The changes, newest first.</summary>
    public required ImmutableArray<HistoryEntry> Entries { get; init; }

    /// <summary>
    /// What to pass as <see cref="HistoryQuery.Before"/> for the next page; null when this is the last.
    /// </summary>
    public required long? Next { get; init; }
}
