using System.Collections.Immutable;

namespace CustomerProfiles;

/// <summary>One page of profiles, the oldest customer first.</summary>
/// <param name="Profiles">The profiles.</param>
/// <param name="Next">What to pass as <see cref="ProfileQuery.After"/> for the next page; null when this is the
/// last.</param>
public sealed record ProfilePage(ImmutableArray<CustomerProfile> Profiles, CustomerId? Next);
