namespace CustomerProfiles.Stores;

/// <summary>A known customer, with what the store remembers of the conversation that came in.</summary>
/// <param name="Customer">The customer.</param>
/// <param name="FirstRecorded">The conversation as the host first told of it with this customer; as it is told now when
/// it is new.</param>
/// <param name="IsNew">Whether the conversation was new, and is remembered from now on.</param>
public readonly record struct ConversationLookup(StoredCustomer Customer, ConversationRecord FirstRecorded, bool IsNew);
