namespace CustomerProfiles.FullContact;

/// <summary>
/// The identifiers that may be sent to FullContact to look a customer up. Each of them leaves the host.
/// </summary>
[Flags]
public enum FullContactIdentifiers
{
    /// <summary>No identifier.</summary>
    None = 0,

    /// <summary>E-mail addresses.</summary>
    Emails = 1,

    /// <summary>Telephone numbers with a country code.</summary>
    Phones = 2,

    /// <summary>Accounts in social networks that did not come from FullContact.</summary>
    SocialProfiles = 4,

    /// <summary>Name and postal address, which are only sent together.</summary>
    NameAndAddress = 8,
}
