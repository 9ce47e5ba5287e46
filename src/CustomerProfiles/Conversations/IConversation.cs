using NodaTime;

namespace CustomerProfiles;

/// <summary>A conversation of either kind, as intake looks at it.</summary>
internal interface IConversation
{
    /// <summary>Whether it was received or composed.</summary>
    ConversationDirection Direction { get; }

    /// <summary>The conversation's id.</summary>
    string Id { get; }

    /// <summary>By what the customer is recognised; null when that is in the text.</summary>
    Identity? Identity { get; }

    /// <summary>
    /// The telephone number by which the customer is to be recognised; null when there is an identity or an address
    /// field.
    /// </summary>
    PhoneText? Phone { get; }

    /// <summary>The address handed over apart from the name; null when it is in the text.</summary>
    string? Address { get; }

    /// <summary>The address field, or the display name beside an identity or an address.</summary>
    string? Text { get; }

    /// <summary>When it was sent, by its own account.</summary>
    Instant At { get; }

    /// <summary>Whether the host found that a machine sent it.</summary>
    bool IsAutomatic { get; }
}
