namespace CustomerProfiles;

/// <summary>From which customer one entry is to be taken when two are merged.</summary>
/// <remarks>Immutable. <see cref="ToString"/> shows the field only.</remarks>
public sealed class MergeChoice
{
    /// <summary>The field.</summary>
    public required ProfileField Field { get; init; }

    /// <summary>The entry within a list, as <see cref="FieldValue.Key"/>; empty for a field that is no list.</summary>
    public string Key { get; init; } = "";

    /// <summary>
    /// The customer whose value, or mark of a cleared one, is taken. They must hold one. <see cref="MergeSource.Both"/>
    /// is possible for notes only, and what happens to them without a choice.
    /// </summary>
    public required MergeSource Keep { get; init; }

    /// <summary>The field only.</summary>
    public override string ToString() => Field.Code;
}
