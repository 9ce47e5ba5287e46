using System.Collections.Immutable;
using CustomerProfiles.Editing;
using CustomerProfiles.Profiles;

namespace CustomerProfiles.Conversations;

/// <summary>The person whom a conversation is with, as far as the conversation tells: the lenient door.</summary>
internal readonly record struct IntakeParty
{
    private IntakeParty(Identity identity, EmailAddress? email, string? displayName, bool isFirstOfSeveral)
    {
        Identity = identity;
        Email = email;
        DisplayName = displayName;
        IsFirstOfSeveral = isFirstOfSeveral;
    }

    /// <summary>By what the person is recognised.</summary>
    public Identity Identity { get; }

    /// <summary>The e-mail address; null for another channel.</summary>
    public EmailAddress? Email { get; }

    /// <summary>The display name as received.</summary>
    public string? DisplayName { get; }

    /// <summary>Whether more addresses followed.</summary>
    public bool IsFirstOfSeveral { get; }

    /// <summary>Whether there is a display name at all.</summary>
    public bool HasDisplayName => !string.IsNullOrWhiteSpace(DisplayName);

    /// <summary>Reads the person.</summary>
    /// <returns>False when there is no address, or none that can be read.</returns>
    public static bool TryRead(IConversation conversation, EmailAddresses addresses, out IntakeParty party)
    {
        if (conversation.Identity is { } identity)
        {
            // An identity that is an e-mail address is treated as the address that it is.
            party = identity.Kind == IdentityKind.Email && EmailAddress.TryParse(identity.Value, out var known)
                ? Of(addresses.Fold(known), conversation.Text, isFirstOfSeveral: false)
                : new IntakeParty(identity, null, conversation.Text, isFirstOfSeveral: false);
            return true;
        }

        var isRead = NamedAddress.TryParse(conversation.Text, out var named);
        party = isRead ? Of(addresses.Fold(named.Address), named.DisplayName, named.IsFirstOfSeveral) : default;
        return isRead;
    }

    /// <summary>The person who is recognised by a telephone number.</summary>
    public static IntakeParty OfPhone(Identity phone, string? displayName) =>
        new(phone, null, displayName, isFirstOfSeveral: false);

    /// <summary>The person's name, if the display name is one; with a warning for whatever was left out or changed.</summary>
    public PersonName? ReadName(EmailAddresses addresses, EditLimits limits, ref ImmutableArray<IntakeWarning> warnings)
    {
        if (!HasDisplayName)
        {
            return null;
        }

        if (Kind(addresses) != EmailAddressKind.Personal)
        {
            warnings = warnings.Add(IntakeWarning.NameOnRoleAddress);
            return null;
        }

        if (DisplayName!.Contains("=?", StringComparison.Ordinal) && DisplayName.Contains("?=", StringComparison.Ordinal))
        {
            warnings = warnings.Add(IntakeWarning.NameStillEncoded);
            return null;
        }

        // Some mail programs put the name in single quotes, others the address in the place of the name.
        var name = DisplayName.Trim();
        if (name is ['\'', .. var quoted, '\''])
        {
            name = quoted.Trim();
        }

        if (NamedAddress.TryParse(name, out _))
        {
            return null;
        }

        if (PlainText.IndexOfUnfit(name, lines: false) >= 0)
        {
            warnings = warnings.Add(IntakeWarning.NameCleaned);
            name = PlainText.Clean(name, lines: false);
        }

        if (!PlainText.Fits(name, limits.FullName))
        {
            warnings = warnings.Add(IntakeWarning.NameCut);
            name = PlainText.Truncate(name, limits.FullName);
        }

        return PlainText.IsVisible(name) ? new PersonName(name) : null;
    }

    /// <summary>What stands behind the address; a channel without one leads to a person.</summary>
    public EmailAddressKind Kind(EmailAddresses addresses) => Email is { } email ? addresses.KindOf(email) : EmailAddressKind.Personal;

    private static IntakeParty Of(EmailAddress address, string? displayName, bool isFirstOfSeveral) =>
        new(Identity.Email(address), address, displayName, isFirstOfSeveral);
}
