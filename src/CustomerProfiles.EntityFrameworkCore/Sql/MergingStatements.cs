namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// The statements of merging. The customer who stays is @id, the one who is absorbed @from. The columns of a side are
/// those of a profile, then: the checks (<see cref="CheckDocument"/>), whether the customer is marked, by which merge,
/// the marked identities as a list of lists of kind, value and merge, the absorbed ids as a list, by whom the customer
/// is absorbed, by which merge, and the state.
/// </summary>
internal sealed record MergingStatements
{
    /// <summary>@tenant @id: the survivor and the merge of an absorbed id, or no row.</summary>
    public required StoreStatement FindSurvivor { get; init; }

    /// <summary>@tenant @from @id: the columns of a side, a row for each customer.</summary>
    public required StoreStatement GetSides { get; init; }

    /// <summary>
    /// @tenant @merge: the same for both customers of a merge, and in each row the merge: the absorbed customer, the
    /// one who stays, when, by whom, when it was undone, the journal.
    /// </summary>
    public required StoreStatement GetMerge { get; init; }

    /// <summary>
    /// @tenant @id: rows of merges that were not undone, newest first: id, the absorbed customer, the one who stays,
    /// when, by whom.
    /// </summary>
    public required StoreStatement GetMerges { get; init; }

    /// <summary>
    /// @tenant @merge @at @by @journal, of the customer who stays @id @version @created_at @updated_at @profile @search
    /// @is_marked @marked_by @checks @change @most @event, of the absorbed one @from @from_change @from_most
    /// @from_event, and @identities to be marked: whether it was written. Where there is one writer, it is written
    /// without a condition; elsewhere under that of @state and @from_state.
    /// </summary>
    public required StoreStatement Merge { get; init; }

    /// <summary>
    /// The same without @journal, where @identities are those that go back; and of the absorbed customer @from_version
    /// @from_created_at @from_updated_at @from_profile @from_search @from_is_marked @from_marked_by @from_checks, and
    /// the @aliases that go back. Both become a pair of no duplicates.
    /// </summary>
    public required StoreStatement Unmerge { get; init; }

    /// <summary>@tenant @merge: when the merge was undone, or no row when there is none.</summary>
    public required StoreStatement FindMerge { get; init; }
}
