using NodaTime;

namespace CustomerProfiles.Stores;

/// <summary>A known customer, with what the store remembers of the conversation that came in.</summary>
/// <param name="Customer">The customer.</param>
/// <param name="FirstToldAt">When the host first told of this conversation with this customer; the present when it is new.</param>
/// <param name="IsNew">Whether the conversation was new, and is remembered from now on.</param>
public readonly record struct ReceivedConversation(StoredCustomer Customer, Instant FirstToldAt, bool IsNew);
