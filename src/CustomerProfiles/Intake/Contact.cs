using System.Collections.Immutable;

namespace CustomerProfiles;

/// <summary>The person whom a conversation is with, as far as the conversation tells: the lenient door.</summary>
internal readonly record struct Contact
{
    private Contact(Identity identity, EmailAddress? email, string? displayName)
    {
        Identity = identity;
        Email = email;
        DisplayName = displayName;
    }

    /// <summary>By what the person is recognised.</summary>
    public Identity Identity { get; }

    /// <summary>The e-mail address; null for another channel.</summary>
    public EmailAddress? Email { get; }

    /// <summary>The display name as received.</summary>
    public string? DisplayName { get; }

    /// <summary>Whether more addresses followed.</summary>
    public bool IsFirstOfSeveral { get; private init; }

    /// <summary>Whether text that may be a name stood there, and is not in <see cref="DisplayName"/>.</summary>
    public bool NameLeftOut { get; private init; }

    /// <summary>Whether <see cref="DisplayName"/> is only the beginning of what stood there.</summary>
    private bool NameCut { get; init; }

    /// <summary>Whether there is a display name at all.</summary>
    public bool HasDisplayName => !string.IsNullOrWhiteSpace(DisplayName);

    /// <summary>Reads the person.</summary>
    /// <returns>False when there is no address, or none that can be read.</returns>
    public static bool TryRead(IConversation conversation, EmailAddresses addresses, out Contact contact)
    {
        if (conversation.Identity is { } identity)
        {
            // An identity that is an e-mail address is treated as the address that it is.
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

        // Of an address that was handed over by itself, a name beside it counts only where no other is told.
        var isNameApart = apart is not null && !string.IsNullOrWhiteSpace(conversation.Text);
        contact = Of(addresses.Fold(named.Address), isNameApart ? conversation.Text : named.DisplayName) with
        {
            IsFirstOfSeveral = named.IsFirstOfSeveral,
            NameLeftOut = named.NameLeftOut && !isNameApart,
            NameCut = named.NameCut && !isNameApart,
        };
        return true;
    }

    /// <summary>The person who is recognised by a telephone number.</summary>
    public static Contact OfPhone(Identity phone, string? displayName) => new(phone, null, displayName);

    /// <summary>
    /// The person's name, if the display name is one; with a warning for whatever was left out or changed.
    /// </summary>
    public PersonName? ReadName(EmailAddresses addresses, EditLimits limits, ref ImmutableArray<IntakeWarning> warnings)
    {
        if (!HasDisplayName)
        {
            if (NameLeftOut)
            {
                warnings = warnings.Add(IntakeWarning.NameLeftOut);
            }

            return null;
        }

        if (Kind(addresses) != EmailAddressKind.Personal)
        {
            warnings = warnings.Add(IntakeWarning.NameOnRoleAddress);
            return null;
        }

        if (
            DisplayName!.Contains("=?", StringComparison.Ordinal)
            && DisplayName.Contains("?=", StringComparison.Ordinal)
        )
        {
            warnings = warnings.Add(IntakeWarning.NameStillEncoded);
            return null;
        }

        // What is far beyond the limit is not even looked at.
        var name = DisplayName.Trim();
        var isCut = NameCut;
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

        if (PlainText.IsVisible(name))
        {
            return new PersonName(name);
        }

        warnings = warnings.Add(IntakeWarning.NameLeftOut);
        return null;
    }

    /// <summary>What stands behind the address; a channel without one leads to a person.</summary>
    public EmailAddressKind Kind(EmailAddresses addresses) =>
        Email is { } email ? addresses.KindOf(email) : EmailAddressKind.Personal;

    private static Contact Of(EmailAddress address, string? displayName) =>
        new(Identity.Email(address), address, displayName);
}
