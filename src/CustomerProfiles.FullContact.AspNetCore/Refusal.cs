namespace CustomerProfiles.FullContact.AspNetCore;

/// <summary>Why a call of the webhook was refused. Each reason is counted separately.</summary>
internal enum Refusal
{
    /// <summary>It has no token.</summary>
    TokenMissing,

    /// <summary>This host did not create its token.</summary>
    TokenUnknown,

    /// <summary>Its token has expired.</summary>
    TokenExpired,

    /// <summary>Its body is longer than allowed.</summary>
    TooLong,

    /// <summary>Its body came too slowly.</summary>
    TooSlow,

    /// <summary>Its body was cut off.</summary>
    BrokeOff,

    /// <summary>Its body has no result.</summary>
    NoResult,

    /// <summary>This host has no FullContact provider.</summary>
    NoProvider,
}
