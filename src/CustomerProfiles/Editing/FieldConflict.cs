namespace CustomerProfiles;

/// <summary>
/// A field that a person changed after the edit's profile was read, and that the edit changes to something else.
/// </summary>
/// <remarks>Immutable. <see cref="ToString"/> shows the field only.</remarks>
public sealed class FieldConflict
{
    /// <summary>The field.</summary>
    public required ProfileField Field { get; init; }

    /// <summary>
    /// What to call the field where people see it, as <c>CustomerProfilesOptions.FieldLabels</c> says.
    /// </summary>
    public required string Label { get; init; }

    /// <summary>The entry within a list; empty for a field that is no list.</summary>
    public required string Key { get; init; }

    /// <summary>The value when the profile was read; null when it was unset.</summary>
    public required FieldValue? Read { get; init; }

    /// <summary>The value now, and by whom; null when it is unset.</summary>
    public required FieldValue? Theirs { get; init; }

    /// <summary>The value that the edit sets; null when it resets the field.</summary>
    public required FieldValue? Yours { get; init; }

    /// <summary>The field only.</summary>
    public override string ToString() => Field.Code;
}
