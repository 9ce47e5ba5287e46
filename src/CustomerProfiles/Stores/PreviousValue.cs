namespace CustomerProfiles.Stores;

/// <summary>What a profile held in one field, or in one entry of a list, before a change.</summary>
/// <remarks>Immutable. <see cref="ToString"/> shows the field only.</remarks>
public sealed class PreviousValue
{
    /// <summary>The field.</summary>
    public required ProfileField Field { get; init; }

    /// <summary>
    /// The entry within a list, as <see cref="FieldValue.Key"/>; empty for a field that is no list, and when
    /// <see cref="IsRemoved"/>.
    /// </summary>
    public string Key { get; init; } = "";

    /// <summary>
    /// The value or the mark that was there, with its provenance; null when there was neither, or when
    /// <see cref="IsRemoved"/>.
    /// </summary>
    public FieldValue? Value { get; init; }

    /// <summary>Its position among <see cref="CustomerProfile.Values"/>, from 0; no meaning without a value.</summary>
    public int Index { get; init; }

    /// <summary>Whether key and value were taken out of the history later, because they must be forgotten.</summary>
    public bool IsRemoved { get; init; }

    /// <summary>The field only.</summary>
    public override string ToString() => Field.Code;
}
