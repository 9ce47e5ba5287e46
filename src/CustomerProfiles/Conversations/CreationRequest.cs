namespace CustomerProfiles;

/// <summary>What a creation policy is asked: is this unknown person to become a customer?</summary>
/// <param name="Tenant">The tenant.</param>
/// <param name="Identity">By what the person is recognised.</param>
/// <param name="Email">The e-mail address; null when the person came by another channel.</param>
/// <param name="AddressKind">What stands behind the e-mail address; <see cref="EmailAddressKind.Personal"/> for other
/// channels.</param>
/// <param name="Direction">Whether the conversation was received or composed.</param>
/// <param name="IsAutomatic">Whether the host found that a machine sent it.</param>
public readonly record struct CreationRequest(
    TenantId Tenant,
    Identity Identity,
    EmailAddress? Email,
    EmailAddressKind AddressKind,
    ConversationDirection Direction,
    bool IsAutomatic
);
