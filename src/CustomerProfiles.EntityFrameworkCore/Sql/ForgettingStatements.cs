namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>The statements that erase customers, list erasures, and forget what merges keep.</summary>
internal sealed record ForgettingStatements
{
    /// <summary>
    /// @tenant @id @erasure @at @by @case_reference @includes_absorbed @version @is_suppressed @active_since @marks
    /// @guard_until @event @clock, and what to guard: where there is one writer the hashes as @guards
    /// (<see cref="FindGuarded"/>), elsewhere @guard_since. The receipt of the erased id, or null; the merges that
    /// prevented erasing, as a list of their ids; whether the customer is not as they were read; and whether somebody
    /// was absorbed or released meanwhile, so that the call is to be repeated.
    /// </summary>
    public required StoreStatement Erase { get; init; }

    /// <summary>
    /// Where there is one writer, and no function that hashes: @tenant @id @guard_since, the ids of conversations since
    /// this time, also of those whom the customer absorbed. Null elsewhere.
    /// </summary>
    public StoreStatement? FindGuarded { get; init; }

    /// <summary>@tenant @id: the receipt of an erased id, or no row.</summary>
    public required StoreStatement FindErasure { get; init; }

    /// <summary>@tenant @at @erasure @most: receipts after this time and erasure, oldest first.</summary>
    public required StoreStatement GetErasures { get; init; }

    /// <summary>@tenant @hashes: rows of hash, key and kind.</summary>
    public required StoreStatement FindMarks { get; init; }

    /// <summary>@tenant @marks, as <see cref="MarksDocument"/> writes them.</summary>
    public required StoreStatement AddMarks { get; init; }

    /// <summary>@tenant @hashes: how many were removed.</summary>
    public required StoreStatement RemoveMarks { get; init; }

    /// <summary>A row for each key.</summary>
    public required StoreStatement GetMarkKeys { get; init; }

    /// <summary>@tenant @now @most: how many were removed.</summary>
    public required StoreStatement RemoveGuards { get; init; }

    /// <summary>
    /// @tenant @merge @from @read @journal @profile: a row when the journal was as read, and both were replaced.
    /// </summary>
    public required StoreStatement RedactMerge { get; init; }

    /// <summary>
    /// @tenant @before @most @profile, the document of a profile without anything: how many merges were ended, and how
    /// many were found. These differ when another call ended some of them at the same moment.
    /// </summary>
    public required StoreStatement LapseMerges { get; init; }
}
