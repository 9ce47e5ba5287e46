namespace CustomerProfiles;

/// <summary>One change of a draft.</summary>
/// <param name="Field">The field.</param>
/// <param name="Key">The entry within a list; empty for a field that is no list.</param>
/// <param name="Kind">What the change does.</param>
/// <param name="Value">The value to set; null for the other kinds.</param>
/// <param name="Index">The position of the entry in the list that the host gave; null when it gave none.</param>
internal sealed record FieldChange(
    ProfileField Field,
    string Key,
    FieldChangeKind Kind,
    object? Value = null,
    int? Index = null
)
{
    /// <summary>The value that the change results in; null for none.</summary>
    public FieldValue? Result(Provenance provenance) =>
        Kind switch
        {
            FieldChangeKind.Set => new FieldValue(Field, Key, Value, provenance),
            FieldChangeKind.Clear => FieldValue.Cleared(Field, Key, provenance),
            _ => null,
        };

    /// <summary>The key that the draft knows the change by; it differs once a plus-tag is folded.</summary>
    public string DraftKey { get; init; } = Key;

    public override string ToString() => Field.Code;
}

/// <summary>What a change does. A field without a change is left as it is.</summary>
internal enum FieldChangeKind
{
    /// <summary>Sets a value.</summary>
    Set,

    /// <summary>Removes the value on purpose, and marks the field as cleared.</summary>
    Clear,

    /// <summary>Removes what a person set or cleared, so that a provider may fill the field again.</summary>
    Reset,
}
