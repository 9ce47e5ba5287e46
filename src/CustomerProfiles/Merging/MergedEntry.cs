namespace CustomerProfiles;

/// <summary>What becomes of one entry when two customers are merged.</summary>
/// <remarks>Immutable. <see cref="ToString"/> shows the field only.</remarks>
public sealed class MergedEntry
{
    /// <summary>The field.</summary>
    public required ProfileField Field { get; init; }

    /// <summary>
    /// What to call the field where people see it, as <c>CustomerProfilesOptions.FieldLabels</c> says.
    /// </summary>
    public required string Label { get; init; }

    /// <summary>The entry within a list; empty for a field that is no list.</summary>
    public required string Key { get; init; }

    /// <summary>What the absorbed customer holds: a value, or the mark that it was cleared; null for neither.</summary>
    public required FieldValue? From { get; init; }

    /// <summary>What the customer who stays holds; null for neither.</summary>
    public required FieldValue? Into { get; init; }

    /// <summary>
    /// What the merged customer holds; null when it is a provider's entry of a list that somebody has cleared.
    /// </summary>
    public required FieldValue? Result { get; init; }

    /// <summary>From whom the result is.</summary>
    public required MergeSource Kept { get; init; }

    /// <summary>The field only.</summary>
    public override string ToString() => Field.Code;
}
