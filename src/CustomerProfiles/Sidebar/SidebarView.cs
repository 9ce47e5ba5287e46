using System.Collections.Immutable;

namespace CustomerProfiles;

/// <summary>A profile as it is shown beside a conversation. Each field is on the view once.</summary>
/// <remarks>Immutable. <see cref="ToString"/> shows the id only.</remarks>
public sealed class SidebarView
{
    /// <summary>The profile itself.</summary>
    public required CustomerProfile Profile { get; init; }

    /// <summary>What to call the customer, as <see cref="CustomerProfile.DisplayName"/>.</summary>
    public string DisplayName => Profile.DisplayName;

    /// <summary>What to show in place of a missing photo, as <see cref="CustomerProfile.Initials"/>.</summary>
    public string Initials => Profile.Initials;

    /// <summary>The name as a field: what is held, whether agents may edit it. For the head of the view.</summary>
    public required SidebarField Name { get; init; }

    /// <summary>The photo as a field. The photo itself is <see cref="CustomerProfile.Photo"/>.</summary>
    public required SidebarField Photo { get; init; }

    /// <summary>The agents' notes as a field. The text itself is <see cref="CustomerProfile.Notes"/>.</summary>
    public required SidebarField Notes { get; init; }

    /// <summary>
    /// Every other field, the blank ones too, group by group (<see cref="SidebarField.Group"/>). The custom properties
    /// are last: those that are defined, in the order of their definitions, archived ones only where they hold
    /// something; then others, by their keys.
    /// </summary>
    public required ImmutableArray<SidebarField> Fields { get; init; }

    /// <summary>The custom properties whose text does not fit their definition, to be mended by an edit.</summary>
    public IEnumerable<SidebarField> Unfit => Fields.Where(shown => shown.Unfit is not null);

    /// <summary>The host's providers.</summary>
    public required ImmutableArray<SidebarProvider> Providers { get; init; }

    /// <summary>Whether the customer is not to be looked up.</summary>
    public required bool IsSuppressed { get; init; }

    /// <summary>
    /// The merges that made others into this customer and were not undone, newest first: when, and which ids lead here.
    /// Empty for none, and in a store that cannot merge.
    /// </summary>
    public required ImmutableArray<MergeRecord> Merges { get; init; }

    /// <summary>The version that an edit begun from this view is based on.</summary>
    public long Version => Profile.Version;

    /// <summary>The id only.</summary>
    public override string ToString() => $"{nameof(SidebarView)} {Profile.Id}";
}
