namespace CustomerProfiles;

/// <summary>Why a profile is written, for its history and for the event of it.</summary>
/// <param name="Kind">What for.</param>
/// <param name="By">Who, and when.</param>
/// <param name="CaseReference">The host's own reference; null for none.</param>
internal readonly record struct ChangeReason(HistoryKind Kind, Provenance By, string? CaseReference = null)
{
    /// <summary>The merge that is made or undone; null for none.</summary>
    public MergeId? Merge { get; init; }

    /// <summary>The other customer of the merge; null for none.</summary>
    public CustomerId? OtherCustomerId { get; init; }
}
