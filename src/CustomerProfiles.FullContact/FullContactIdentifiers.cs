namespace CustomerProfiles.FullContact;

/// <summary>By what FullContact may be asked about a customer. Each of them leaves the host.</summary>
[Flags]
public enum FullContactIdentifiers
{
    /// <summary>By nothing.</summary>
    None = 0,

    /// <summary>By e-mail addresses.</summary>
    Emails = 1,

    /// <summary>By telephone numbers with a country code.</summary>
    Phones = 2,

    /// <summary>By accounts in social networks that somebody other than FullContact gave.</summary>
    SocialProfiles = 4,

    /// <summary>By name and postal address; neither is sent without the other.</summary>
    NameAndAddress = 8,
}
