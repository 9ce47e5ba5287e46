namespace CustomerProfiles;

/// <summary>What a creation policy decides on: an unknown person and their conversation.</summary>
/// <remarks>Immutable.</remarks>
public readonly record struct CreationRequest
{
    /// <summary>Makes a request.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="identity">The identity of the person.</param>
    /// <param name="email">The e-mail address; null for a conversation by another channel.</param>
    /// <param name="addressKind">The kind of the e-mail address; <see cref="EmailAddressKind.Personal"/> for other
    /// channels.</param>
    /// <param name="direction">Whether the conversation was received or composed.</param>
    /// <param name="isAutomatic">Whether the host found that a machine sent it.</param>
    public CreationRequest(
        TenantId tenant,
        Identity identity,
        EmailAddress? email,
        EmailAddressKind addressKind,
        ConversationDirection direction,
        bool isAutomatic
    )
    {
        Tenant = tenant;
        Identity = identity;
        Email = email;
        AddressKind = addressKind;
        Direction = direction;
        IsAutomatic = isAutomatic;
    }

    /// <summary>The tenant.</summary>
    public TenantId Tenant { get; }

    /// <summary>The identity of the person.</summary>
    public Identity Identity { get; }

    /// <summary>The e-mail address; null for a conversation by another channel.</summary>
    public EmailAddress? Email { get; }

    /// <summary>The kind of the e-mail address; <see cref="EmailAddressKind.Personal"/> for other channels.</summary>
    public EmailAddressKind AddressKind { get; }

    /// <summary>Whether the conversation was received or composed.</summary>
    public ConversationDirection Direction { get; }

    /// <summary>Whether the host found that a machine sent it.</summary>
    public bool IsAutomatic { get; }
}
