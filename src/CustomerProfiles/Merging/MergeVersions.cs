namespace CustomerProfiles;

/// <summary>The versions of two profiles as somebody saw them before merging their customers.</summary>
/// <param name="From">The version of the profile that is absorbed.</param>
/// <param name="Into">The version of the profile that stays.</param>
public readonly record struct MergeVersions(long From, long Into);
