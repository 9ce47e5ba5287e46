namespace CustomerProfiles;

/// <summary>Decides who owns which field, and how much fits into it.</summary>
/// <remarks>
/// An implementation is pure and safe for any number of threads. For other rules than the two presets
/// (<see cref="EditRules.PhotoFromProvider"/> and <see cref="EditRules.PhotoEditableByAgents"/>) register one with
/// <c>UseEditRules</c>.
/// </remarks>
public interface IEditRules
{
    /// <summary>The limits of the fields.</summary>
    EditLimits Limits { get; }

    /// <summary>Who owns a field.</summary>
    /// <param name="field">The field, possibly a custom property.</param>
    /// <returns>The owner.</returns>
    FieldOwner OwnerOf(ProfileField field);
}
