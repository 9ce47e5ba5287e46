namespace CustomerProfiles.Stores;

/// <summary>Where an absorbed id leads.</summary>
/// <param name="Survivor">
/// The customer who has absorbed it, directly or through others; not absorbed themselves.
/// </param>
/// <param name="Merge">The merge that absorbed the id.</param>
public readonly record struct AbsorbedInto(CustomerId Survivor, MergeId Merge);
