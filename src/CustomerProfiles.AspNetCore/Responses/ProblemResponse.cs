namespace CustomerProfiles.AspNetCore;

/// <summary>Why a request was refused, as RFC 9457 has it, with a stable code.</summary>
internal sealed class ProblemResponse
{
    /// <summary>A URN that ends with <see cref="Code"/>.</summary>
    public required string Type { get; init; }

    /// <summary>An English sentence for developers.</summary>
    public required string Title { get; init; }

    /// <summary>The status of the response.</summary>
    public required int Status { get; init; }

    /// <summary>A stable name of the reason, to translate by.</summary>
    public required string Code { get; init; }

    /// <summary>What is wrong with an edit, a new customer or the choices of a merge; null for other reasons.</summary>
    public ChangeErrorResponse[]? Errors { get; init; }

    /// <summary>The entries that another person changed meanwhile; null for other reasons.</summary>
    public ConflictResponse[]? Conflicts { get; init; }

    /// <summary>
    /// The customer to whom an identity belongs; null for other reasons, and when the caller may not read them.
    /// </summary>
    public string? OwnerId { get; init; }

    /// <summary>
    /// The customer who exists already; null for other reasons, and when the caller may not read them.
    /// </summary>
    public string? CustomerId { get; init; }

    /// <summary>From when on a provider can be asked again; null for other reasons.</summary>
    public string? From { get; init; }

    /// <summary>The customer into whom another is merged already; null for other reasons.</summary>
    public string? Into { get; init; }

    /// <summary>The merge that was made already, or that is to be undone first; null for other reasons.</summary>
    public string? Merge { get; init; }

    /// <summary>The merges that keep a customer from being erased, newest first; null for other reasons.</summary>
    public string[]? Merges { get; init; }

    /// <summary>What merging would make of the customers now; null for other reasons.</summary>
    public MergePreviewResponse? Preview { get; init; }
}

/// <summary>Why one change, one part of a new customer, or one choice of a merge cannot be saved.</summary>
internal sealed class ChangeErrorResponse
{
    /// <summary>
    /// The position of the change or the choice in the request, from 0; null when it concerns the whole field, and for
    /// a new customer.
    /// </summary>
    public int? Change { get; init; }

    /// <summary>The code of the field.</summary>
    public required string Field { get; init; }

    /// <summary>
    /// The entry within a list, or the key of a custom property that cannot be one; null when it concerns the whole
    /// field.
    /// </summary>
    public string? Key { get; init; }

    /// <summary>
    /// The position of the entry in its list of a new customer, from 0; null when it has none there, and for an edit.
    /// </summary>
    public int? Index { get; init; }

    /// <summary>The part of the value, such as <c>given</c> or <c>label</c>; null for the whole value.</summary>
    public string? Part { get; init; }

    /// <summary>What is wrong, such as <c>TooLong</c>.</summary>
    public required string Code { get; init; }

    /// <summary>An English sentence for an agent. It does not repeat the value.</summary>
    public required string Message { get; init; }

    /// <summary>The limit that was passed; null for other errors.</summary>
    public int? Limit { get; init; }

    /// <summary>Where the customer can correct the value; null when the field is the agents'.</summary>
    public string? CorrectAt { get; init; }
}

/// <summary>An entry that another person changed after it was shown.</summary>
internal sealed class ConflictResponse
{
    /// <summary>The position of the change in the request, from 0.</summary>
    public required int Change { get; init; }

    /// <summary>The code of the field.</summary>
    public required string Field { get; init; }

    /// <summary>What to call the field.</summary>
    public required string Label { get; init; }

    /// <summary>What the entry holds now; null when it is unset or was cleared.</summary>
    public SidebarEntryResponse? Theirs { get; init; }

    /// <summary>Who cleared it; null when it was not cleared.</summary>
    public SourceResponse? ClearedBy { get; init; }

    /// <summary>The version of the entry now: send the change again with it to overwrite what was shown.</summary>
    public required string Version { get; init; }
}
