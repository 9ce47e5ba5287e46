namespace CustomerProfiles;

/// <summary>What one change did to a field, or to one entry of a list.</summary>
/// <remarks>Immutable. <see cref="ToString"/> shows the field only.</remarks>
public sealed class HistoryValue
{
    /// <summary>The field.</summary>
    public required ProfileField Field { get; init; }

    /// <summary>
    /// What to call the field where people see it, as <c>CustomerProfilesOptions.FieldLabels</c> says.
    /// </summary>
    public required string Label { get; init; }

    /// <summary>
    /// The entry within a list; empty for a field that is no list, and where it was taken out of the history.
    /// </summary>
    public required string Key { get; init; }

    /// <summary>The value or the cleared mark before the change, with its provenance; null when it was unset.</summary>
    public required FieldValue? Before { get; init; }

    /// <summary>The value or the cleared mark after the change, with its provenance; null when it was unset.</summary>
    public required FieldValue? After { get; init; }

    /// <summary>
    /// Whether something was taken out of the history here, because it had to be forgotten. Then
    /// <see cref="Before"/> and <see cref="After"/> do not tell what was there.
    /// </summary>
    public required bool IsRemoved { get; init; }

    /// <summary>The field only.</summary>
    public override string ToString() => Field.Code;
}
