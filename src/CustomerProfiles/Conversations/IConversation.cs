using NodaTime;

namespace CustomerProfiles;

/// <summary>A conversation of either kind, as intake sees it.</summary>
internal interface IConversation
{
    /// <summary>Whether it was received or composed.</summary>
    ConversationDirection Direction { get; }

    /// <summary>The conversation's id.</summary>
    string Id { get; }

    /// <summary>The identity of the customer; null when it is in the text.</summary>
    Identity? Identity { get; }

    /// <summary>
    /// The telephone number that identifies the customer; null when there is an identity or an address field.
    /// </summary>
    PhoneText? Phone { get; }

    /// <summary>The address passed apart from the name; null when it is in the text.</summary>
    string? Address { get; }

    /// <summary>The address field, or the display name beside an identity or an address.</summary>
    string? Text { get; }

    /// <summary>When it was sent, by its own account.</summary>
    Instant At { get; }

    /// <summary>Whether the host found that a machine sent it.</summary>
    bool IsAutomatic { get; }
}
