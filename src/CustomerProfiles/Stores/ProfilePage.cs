using System.Collections.Immutable;

namespace CustomerProfiles;

/// <summary>One page of profiles, the oldest customer first.</summary>
/// <remarks>
/// There is no total: counting would read every profile, for each page. Show "more" while <see cref="Next"/> is not
/// null.
/// </remarks>
public sealed class ProfilePage
{
    /// <summary>The profiles.</summary>
    public required ImmutableArray<CustomerProfile> Profiles { get; init; }

    /// <summary>
    /// What to pass as <see cref="ProfileQuery.After"/> for the next page; null when this is the last.
    /// </summary>
    public CustomerId? Next { get; init; }
}
