using System.Collections.Frozen;

namespace CustomerProfiles;

/// <summary>The two presets of who owns which field.</summary>
/// <remarks>Immutable and safe for any number of threads.</remarks>
public sealed class EditRules : IEditRules
{
    private readonly FrozenSet<ProfileField> _fromProvider;

    private EditRules(FrozenSet<ProfileField> fromProvider, EditLimits limits)
    {
        _fromProvider = fromProvider;
        Limits = limits;
    }

    /// <summary>
    /// The default: photo, social profiles, location and bio are the provider's, everything else the agents'.
    /// </summary>
    public static EditRules PhotoFromProvider { get; } =
        new(
            FrozenSet.Create<ProfileField>(
                ProfileField.Photo,
                ProfileField.SocialProfiles,
                ProfileField.Location,
                ProfileField.Bio
            ),
            EditLimits.Default
        );

    /// <summary>Agents edit the photo too. A photo that an agent has set is not replaced by a provider's.</summary>
    public static EditRules PhotoEditableByAgents { get; } =
        new(
            FrozenSet.Create<ProfileField>(ProfileField.SocialProfiles, ProfileField.Location, ProfileField.Bio),
            EditLimits.Default
        );

    /// <inheritdoc/>
    public EditLimits Limits { get; }

    /// <summary>The same owners with other limits.</summary>
    /// <param name="limits">The limits.</param>
    /// <returns>The rules.</returns>
    public EditRules With(EditLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        return new EditRules(_fromProvider, limits);
    }

    /// <inheritdoc/>
    public FieldOwner OwnerOf(ProfileField field)
    {
        ArgumentNullException.ThrowIfNull(field);
        return _fromProvider.Contains(field) ? FieldOwner.Provider : FieldOwner.Agent;
    }
}
