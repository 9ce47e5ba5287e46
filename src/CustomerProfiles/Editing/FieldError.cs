namespace CustomerProfiles;

/// <summary>Why one change of an edit cannot be saved.</summary>
/// <param name="Field">The field.</param>
/// <param name="Code">What is wrong.</param>
/// <param name="Message">What is wrong and what to do, in a sentence that an agent can be shown. It does not repeat the
/// value.</param>
/// <remarks>Immutable.</remarks>
public sealed record FieldError(ProfileField Field, EditErrorCode Code, string Message)
{
    /// <summary>Who owns the field.</summary>
    public FieldOwner Owner { get; init; }

    /// <summary>
    /// Where the customer can correct the value; null when the field is the agents', or no provider has such a page.
    /// </summary>
    public Uri? CorrectAt { get; init; }

    /// <summary>The limit that was passed; null when the trouble is another.</summary>
    public int? Limit { get; init; }
}
