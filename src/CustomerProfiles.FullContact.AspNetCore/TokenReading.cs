namespace CustomerProfiles.FullContact.AspNetCore;

/// <summary>Whether a token is valid.</summary>
internal enum TokenReading
{
    /// <summary>Forged, damaged, or created with a key that this host does not have.</summary>
    Unknown,

    /// <summary>Valid once, but expired.</summary>
    Expired,

    /// <summary>Valid.</summary>
    Good,
}
