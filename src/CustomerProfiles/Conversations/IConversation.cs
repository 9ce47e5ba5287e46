using NodaTime;

namespace CustomerProfiles;

/// <summary>
/// A conversation, received or composed: what <see cref="Conversation"/> and <see cref="ComposedConversation"/> have in
/// common, and nobody else implements.
/// </summary>
public interface IConversation
{
    /// <summary>The conversation's id in the host.</summary>
    string Id { get; }

    /// <summary>When it was sent, by its own account.</summary>
    Instant At { get; }

    /// <summary>Whether it was received or composed.</summary>
    internal ConversationDirection Direction { get; }

    /// <summary>The identity of the customer; null when it is in the text.</summary>
    internal Identity? Identity { get; }

    /// <summary>
    /// The telephone number that identifies the customer; null when there is an identity or an address field.
    /// </summary>
    internal PhoneText? Phone { get; }

    /// <summary>The address passed apart from the name; null when it is in the text.</summary>
    internal string? Address { get; }

    /// <summary>The address field, or the display name beside an identity or an address.</summary>
    internal string? Text { get; }

    /// <summary>Whether the host found that a machine sent it.</summary>
    internal bool IsAutomatic { get; }
}
