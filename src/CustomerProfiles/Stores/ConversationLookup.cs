using NodaTime;

namespace CustomerProfiles.Stores;

/// <summary>A conversation as a store records it, once for each customer.</summary>
/// <param name="Id">The conversation's id in the host. Compared ordinally.</param>
/// <param name="Direction">Whether it was received or composed.</param>
/// <param name="At">When the host reported it, to the microsecond.</param>
public readonly record struct ConversationRecord(string Id, ConversationDirection Direction, Instant At);

/// <summary>The customer of a conversation, with what the store has recorded of the conversation.</summary>
/// <remarks>Immutable.</remarks>
public sealed record ConversationLookup
{
    /// <summary>The customer.</summary>
    public required StoredCustomer Customer { get; init; }

    /// <summary>
    /// The conversation as it was first recorded for this customer; as it is recorded now when it is new.
    /// </summary>
    public required ConversationRecord FirstRecorded { get; init; }

    /// <summary>Whether the conversation was not recorded for this customer before.</summary>
    public required bool IsNewConversation { get; init; }

    /// <summary>
    /// Whether <see cref="ICustomerProfileStore.CreateAsync"/> created the customer. False when another caller was
    /// first, and always after <see cref="ICustomerProfileStore.RecordConversationAsync"/>.
    /// </summary>
    public bool IsNewCustomer { get; init; }
}
