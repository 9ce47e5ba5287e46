namespace CustomerProfiles.FullContact.AspNetCore;

/// <summary>What a token turned out to be.</summary>
internal enum TokenReading
{
    /// <summary>None of ours: forged, damaged, or made with a key that this host does not have.</summary>
    Unknown,

    /// <summary>Ours, but too old.</summary>
    Expired,

    /// <summary>Ours.</summary>
    Good,
}
