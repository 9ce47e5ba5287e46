using System.Collections.Immutable;

namespace CustomerProfiles;

/// <summary>One field of a sidebar.</summary>
/// <remarks>Immutable. <see cref="ToString"/> shows the field only.</remarks>
public sealed class SidebarField
{
    /// <summary>The field.</summary>
    public required ProfileField Field { get; init; }

    /// <summary>
    /// What to call the field in the current culture, as <c>CustomerProfilesOptions.FieldLabels</c> says; "Job title"
    /// and the like unless set.
    /// </summary>
    public required string Label { get; init; }

    /// <summary>With which fields it is shown.</summary>
    public ProfileFieldGroup Group => Field.Group;

    /// <summary>
    /// What is held, cleared marks left out, with provenance; empty when the field is blank. A page shows
    /// <see cref="Texts"/>.
    /// </summary>
    public required ImmutableArray<FieldValue> Values { get; init; }

    /// <summary>
    /// For each of <see cref="Values"/> what a page shows: the label of an option, and of everything else
    /// <see cref="FieldValue.Text"/>.
    /// </summary>
    public required ImmutableArray<string> Texts { get; init; }

    /// <summary>
    /// The definition of a custom property: its type, and its options; null for a property without one and for every
    /// other field.
    /// </summary>
    public required PropertyDefinition? Property { get; init; }

    /// <summary>
    /// Why the text of a custom property does not fit its definition; null when it does, and for everything else. It
    /// is kept, and an edit that changes it must set a value that fits, or clear it.
    /// </summary>
    public required PropertyMisfit? Unfit { get; init; }

    /// <summary>Whether somebody cleared the field on purpose, so that it stays blank.</summary>
    public required bool IsCleared { get; init; }

    /// <summary>Whether agents may edit the field.</summary>
    public bool IsEditable => LockedBecause is null;

    /// <summary>Why not, in a sentence; null when agents may edit it.</summary>
    public required string? LockedBecause { get; init; }

    /// <summary>
    /// Where the customer can correct it; null when agents may edit it, or no provider has such a page.
    /// </summary>
    public required Uri? CorrectAt { get; init; }

    /// <summary>The field only.</summary>
    public override string ToString() => Field.Code;
}
