namespace CustomerProfiles;

/// <summary>Why a profile is written, for its history.</summary>
/// <param name="Kind">What for.</param>
/// <param name="By">Who, and when.</param>
/// <param name="CaseReference">The host's own reference; null for none.</param>
internal readonly record struct ChangeReason(HistoryKind Kind, Provenance By, string? CaseReference = null);
