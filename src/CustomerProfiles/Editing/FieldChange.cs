namespace CustomerProfiles;

/// <summary>One change of a draft.</summary>
/// <param name="Field">The field.</param>
/// <param name="Key">The entry within a list; empty for a field that is no list.</param>
/// <param name="Kind">What is to be done.</param>
/// <param name="Value">The value to set; null for the other kinds.</param>
internal sealed record FieldChange(ProfileField Field, string Key, FieldChangeKind Kind, object? Value = null)
{
    /// <summary>What the change leaves in its place; null for nothing.</summary>
    public FieldValue? Result(Provenance provenance) =>
        Kind switch
        {
            FieldChangeKind.Set => new FieldValue(Field, Key, Value, provenance),
            FieldChangeKind.Clear => FieldValue.Cleared(Field, Key, provenance),
            _ => null,
        };

    public override string ToString() => Field.Code;
}
