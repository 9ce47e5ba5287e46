using NodaTime;

namespace CustomerProfiles.AspNetCore;

/// <summary>A profile as it is shown beside a conversation.</summary>
internal sealed class SidebarResponse
{
    /// <summary>The customer's id.</summary>
    public required string Id { get; init; }

    /// <summary>How often the profile has changed, from 1.</summary>
    public required long Version { get; init; }

    /// <summary>What to call the customer.</summary>
    public required string DisplayName { get; init; }

    /// <summary>What to show in place of a photo.</summary>
    public required string Initials { get; init; }

    /// <summary>Whether the customer is not to be looked up.</summary>
    public required bool IsSuppressed { get; init; }

    /// <summary>What the caller may do.</summary>
    public required Permissions Permissions { get; init; }

    /// <summary>Every field, the blank ones too, in the order in which they are shown.</summary>
    public required SidebarFieldResponse[] Fields { get; init; }

    /// <summary>The host's providers.</summary>
    public required SidebarProviderResponse[] Providers { get; init; }

    /// <summary>
    /// The merges that made others into this customer and were not undone, newest first; empty for callers who may not
    /// merge the customer (<see cref="Permissions.Merge"/>).
    /// </summary>
    public required MergeRecordResponse[] Merges { get; init; }

    /// <summary>The view for a page.</summary>
    /// <param name="view">The view.</param>
    /// <param name="permissions">What the caller may do.</param>
    /// <param name="unmergeWithin">How long a merge can be undone.</param>
    /// <param name="now">The current time.</param>
    public static SidebarResponse Of(SidebarView view, Permissions permissions, Period unmergeWithin, Instant now) =>
        new()
        {
            Id = view.Profile.Id.ToString(),
            Version = view.Version,
            DisplayName = view.DisplayName,
            Initials = view.Initials,
            IsSuppressed = view.IsSuppressed,
            Permissions = permissions,
            Fields =
            [
                .. new[] { view.Name, view.Photo, view.Notes }
                    .Concat(view.Fields)
                    .Select(field => SidebarFieldResponse.Of(view.Profile, field)),
            ],
            Providers = [.. view.Providers.Select(SidebarProviderResponse.Of)],
            Merges = permissions.Merge
                ? [.. view.Merges.Select(merge => MergeRecordResponse.Of(merge, view.Profile.Id, unmergeWithin, now))]
                : [],
        };
}

/// <summary>What the caller may do with the customer.</summary>
internal sealed class Permissions
{
    /// <summary>Edit the profile.</summary>
    public required bool Edit { get; init; }

    /// <summary>
    /// Give the customer a custom property that the host has not defined
    /// (<c>CustomerProfilesOptions.AllowUnknownProperties</c>).
    /// </summary>
    public required bool AddProperties { get; init; }

    /// <summary>
    /// See the history, and with <see cref="Edit"/> take changes back; false when the store keeps no history.
    /// </summary>
    public required bool History { get; init; }

    /// <summary>
    /// Suppress the customer, disable providers and remove their data, take a field out of the history.
    /// </summary>
    public required bool Administer { get; init; }

    /// <summary>Merge the customer with another, and undo merges; false when the store cannot merge.</summary>
    public required bool Merge { get; init; }
}
