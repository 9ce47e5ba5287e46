using System.Collections.Immutable;

namespace CustomerProfiles;

/// <summary>One page of the profiles that a search found, in the order of the query.</summary>
public sealed class ProfileSearchPage
{
    /// <summary>The profiles.</summary>
    public required ImmutableArray<CustomerProfile> Profiles { get; init; }

    /// <summary>
    /// What to pass as <see cref="ProfileSearchQuery.After"/> for the next page; null when this is the last. It may
    /// hold a name in encoded form, so keep it out of logs.
    /// </summary>
    public string? Next { get; init; }
}
