using NodaTime;

namespace CustomerProfiles.Stores;

/// <summary>A conversation as a host tells of it: what a store remembers of each, per customer.</summary>
/// <param name="Id">The conversation's id in the host. Compared ordinally.</param>
/// <param name="Direction">Whether it was received or composed.</param>
/// <param name="At">The present when it was told, to the microsecond.</param>
public readonly record struct ConversationRecord(string Id, ConversationDirection Direction, Instant At);
