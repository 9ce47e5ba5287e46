namespace CustomerProfiles.Stores;

/// <summary>What came of creating a customer.</summary>
/// <param name="Created">Whether the customer is new; false when another caller was first, and nothing was written but
/// the memory of the conversation.</param>
/// <param name="Conversation">The customer who has the identity now, and what is remembered of the
/// conversation.</param>
public readonly record struct CreateResult(bool Created, ConversationLookup Conversation);
