namespace CustomerProfiles.Stores;

/// <summary>The two customers of a merge, read as of one moment.</summary>
/// <param name="From">The one who is absorbed; null when the tenant has no such customer.</param>
/// <param name="Into">The one who stays; null when the tenant has no such customer.</param>
public readonly record struct MergeSides(MergeSide? From, MergeSide? Into);
