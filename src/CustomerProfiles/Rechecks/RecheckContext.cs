using NodaTime;

namespace CustomerProfiles;

/// <summary>
/// What a recheck policy is asked: may a provider be asked about a customer, now, for this conversation?
/// </summary>
/// <param name="Direction">Whether the conversation was received or composed.</param>
/// <param name="Now">The present, not truncated.</param>
/// <param name="LastCheckAt">When the provider last answered about this customer, match or no match; null when it never
/// has. A failure is no check.</param>
public readonly record struct RecheckContext(ConversationDirection Direction, Instant Now, Instant? LastCheckAt);
