namespace CustomerProfiles;

/// <summary>
/// A field that a person changed after the edit's profile was read, and that the edit changes to something else.
/// </summary>
/// <param name="Field">The field.</param>
/// <param name="Key">The entry within a list; empty for a field that is no list.</param>
/// <param name="Read">What stood there when the profile was read; null when it was unset.</param>
/// <param name="Theirs">What stands there now, and by whom; null when it is unset.</param>
/// <param name="Yours">What the edit would put there; null when it would give the field back.</param>
/// <remarks>Immutable. <see cref="ToString"/> shows the field only.</remarks>
public sealed record FieldConflict(
    ProfileField Field,
    string Key,
    FieldValue? Read,
    FieldValue? Theirs,
    FieldValue? Yours
)
{
    /// <summary>The field only.</summary>
    public override string ToString() => Field.Code;
}
