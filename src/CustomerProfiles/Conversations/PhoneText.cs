namespace CustomerProfiles;

/// <summary>
/// A telephone number as a channel reports it. It is read when the tenant, and so the region, is known.
/// </summary>
/// <param name="Number">The number; null when the channel reports none.</param>
internal readonly record struct PhoneText(string? Number);
