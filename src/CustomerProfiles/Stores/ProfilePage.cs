using System.Collections.Immutable;

namespace CustomerProfiles;

/// <summary>One page of profiles, the oldest customer first.</summary>
/// <param name="Profiles">The profiles.</param>
/// <param name="Next">What to pass as <see cref="ProfileQuery.After"/> for the next page; null when this is the
/// last.</param>
/// <remarks>
/// There is no total: counting would read every profile that is found, for each page. Show "more" while
/// <see cref="Next"/> is not null.
/// </remarks>
public sealed record ProfilePage(ImmutableArray<CustomerProfile> Profiles, CustomerId? Next);
