using System.Collections.Immutable;
using NodaTime;

namespace CustomerProfiles;

/// <summary>A profile as it is shown beside a conversation.</summary>
/// <remarks>Immutable. <see cref="ToString"/> shows the id only.</remarks>
public sealed record SidebarView
{
    /// <summary>The profile itself.</summary>
    public required CustomerProfile Profile { get; init; }

    /// <summary>
    /// What to call the customer: the name, else the first e-mail address, telephone number or other identity, else the
    /// company, else "Unknown customer". Never empty.
    /// </summary>
    public required string DisplayName { get; init; }

    /// <summary>One or two letters for the place of a missing photo; "?" when there is no letter.</summary>
    public required string Initials { get; init; }

    /// <summary>The photo; null when there is none.</summary>
    public required Photo? Photo { get; init; }

    /// <summary>The agents' notes; null when there are none.</summary>
    public required string? Notes { get; init; }

    /// <summary>
    /// Every field in the order in which it is shown, the blank ones too; the custom properties last, by their keys.
    /// </summary>
    public required ImmutableArray<SidebarField> Fields { get; init; }

    /// <summary>The host's providers.</summary>
    public required ImmutableArray<SidebarProvider> Providers { get; init; }

    /// <summary>Whether the customer is not to be looked up.</summary>
    public required bool IsSuppressed { get; init; }

    /// <summary>The version that an edit begun from this view is based on.</summary>
    public long Version => Profile.Version;

    /// <summary>The id only.</summary>
    public override string ToString() => $"{nameof(SidebarView)} {Profile.Id}";
}
