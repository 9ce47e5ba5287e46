namespace CustomerProfiles.FullContact.AspNetCore;

/// <summary>Why a call of the webhook was not taken: each is counted by itself.</summary>
internal enum Refusal
{
    /// <summary>It has no token.</summary>
    TokenMissing,

    /// <summary>Its token is none of this host's.</summary>
    TokenUnknown,

    /// <summary>Its token is too old.</summary>
    TokenExpired,

    /// <summary>Its body is longer than allowed.</summary>
    TooLong,

    /// <summary>Its body came too slowly.</summary>
    TooSlow,

    /// <summary>It broke off.</summary>
    BrokeOff,

    /// <summary>Its body holds no answer.</summary>
    NoResult,

    /// <summary>This host has no FullContact provider.</summary>
    NoProvider,
}
