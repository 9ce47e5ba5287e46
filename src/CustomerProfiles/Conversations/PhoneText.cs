namespace CustomerProfiles;

/// <summary>
/// A telephone number as a channel tells it. It is read when the tenant is known, for whom a region may be set.
/// </summary>
/// <param name="Number">The number; null when the channel tells none.</param>
internal readonly record struct PhoneText(string? Number);
