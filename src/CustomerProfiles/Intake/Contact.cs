using System.Collections.Immutable;

namespace CustomerProfiles;

/// <summary>
/// The person whom a conversation is with: its sender, or the recipient of a composed one. Reading is lenient.
/// </summary>
internal readonly record struct Contact
{
    private Contact(Identity identity, EmailAddress? email, string? displayName)
    {
        Identity = identity;
        Email = email;
        DisplayName = displayName;
    }

    /// <summary>The identity by which the person is found.</summary>
    public Identity Identity { get; }

    /// <summary>The e-mail address; null for another channel.</summary>
    public EmailAddress? Email { get; }

    /// <summary>The display name as received.</summary>
    public string? DisplayName { get; }

    /// <summary>Whether more addresses followed.</summary>
    public bool IsFirstOfSeveral { get; private init; }

    /// <summary>Whether there was text that may be a name and is not in <see cref="DisplayName"/>.</summary>
    private bool IsNameLeftOut { get; init; }

    /// <summary>Whether <see cref="DisplayName"/> is only the beginning of the text.</summary>
    private bool IsNameCut { get; init; }

    /// <summary>Whether there is a display name at all.</summary>
    public bool HasDisplayName => !string.IsNullOrWhiteSpace(DisplayName);

    /// <summary>
    /// Whether <see cref="ReadName"/> has anything to return: a name, or the warning that it was left out.
    /// </summary>
    public bool MayHaveName => HasDisplayName || IsNameLeftOut;

    /// <summary>Reads the person.</summary>
    /// <returns>False when there is no address or telephone number, or none that can be read.</returns>
    public static bool TryRead(
        TenantId tenant,
        IConversation conversation,
        EmailAddresses addresses,
        PhoneRegions phones,
        out Contact contact
    )
    {
        if (conversation.Phone is { } phone)
        {
            var isRead = phones.TryRead(tenant, phone.Number, out var number);
            contact = isRead ? new Contact(number, null, conversation.Text) : default;
            return isRead;
        }

        if (conversation.Identity is { } identity)
        {
            // An e-mail identity is treated as the address that it is.
            contact =
                identity.Kind == IdentityKind.Email && EmailAddress.TryParse(identity.Value, out var known)
                    ? Of(addresses.Fold(known), conversation.Text)
                    : new Contact(identity, null, conversation.Text);
            return true;
        }

        var apart = conversation.Address;
        if (!NamedAddress.TryParse(apart ?? conversation.Text, out var named))
        {
            contact = default;
            return false;
        }

        // When the host passes address and name apart, a name within the address counts only if there is no other.
        var isNameApart = apart is not null && !string.IsNullOrWhiteSpace(conversation.Text);
        contact = Of(addresses.Fold(named.Address), isNameApart ? conversation.Text : named.DisplayName) with
        {
            IsFirstOfSeveral = named.IsFirstOfSeveral,
            IsNameLeftOut = named.NameLeftOut && !isNameApart,
            IsNameCut = named.NameCut && !isNameApart,
        };
        return true;
    }

    /// <summary>
    /// The person's name, if the display name is one; with a warning for each thing that was left out or changed.
    /// </summary>
    public (PersonName? Name, ImmutableArray<IntakeWarning> Warnings) ReadName(
        EmailAddresses addresses,
        EditLimits limits
    )
    {
        if (!HasDisplayName)
        {
            return (null, IsNameLeftOut ? [IntakeWarning.NameLeftOut] : []);
        }

        if (Kind(addresses) != EmailAddressKind.Personal)
        {
            return (null, [IntakeWarning.NameOnRoleAddress]);
        }

        if (
            DisplayName!.Contains("=?", StringComparison.Ordinal)
            && DisplayName.Contains("?=", StringComparison.Ordinal)
        )
        {
            return (null, [IntakeWarning.NameStillEncoded]);
        }

        // Text far beyond the limit is cut before it is read.
        ImmutableArray<IntakeWarning> warnings = [];
        var name = DisplayName.Trim();
        var isCut = IsNameCut;
        if (name.Length > AddressFieldReader.LongestName)
        {
            isCut = true;
            name = name[..AddressFieldReader.LongestName];
        }

        if (PlainText.IndexOfUnfit(name, lines: false) >= 0 || InvisibleText.IsIn(name))
        {
            var clean = PlainText.Clean(name, lines: false);
            if (!string.Equals(clean, name, StringComparison.Ordinal))
            {
                warnings = warnings.Add(IntakeWarning.NameCleaned);
                name = clean;
            }
        }

        name = DisplayedName.Of(name, Email, addresses) ?? "";
        if (!PlainText.Fits(name, limits.FullName))
        {
            isCut = true;
            name = PlainText.Truncate(name, limits.FullName);
        }

        if (isCut)
        {
            warnings = warnings.Add(IntakeWarning.NameCut);
        }

        return PlainText.IsVisible(name)
            ? (new PersonName(name), warnings)
            : (null, warnings.Add(IntakeWarning.NameLeftOut));
    }

    /// <summary>The kind of the address; a channel without one leads to a person.</summary>
    public EmailAddressKind Kind(EmailAddresses addresses) =>
        Email is { } email ? addresses.KindOf(email) : EmailAddressKind.Personal;

    private static Contact Of(EmailAddress address, string? displayName) =>
        new(Identity.Email(address), address, displayName);
}
