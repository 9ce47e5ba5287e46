namespace CustomerProfiles.Stores;

/// <summary>An identity that is marked as suppressed.</summary>
/// <param name="Identity">The identity.</param>
/// <param name="Merge">The merge that marked it; null when somebody has suppressed it, before or since.</param>
public readonly record struct SuppressionMark(Identity Identity, MergeId? Merge);
