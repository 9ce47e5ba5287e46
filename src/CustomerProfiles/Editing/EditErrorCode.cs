namespace CustomerProfiles;

/// <summary>What is wrong with a change.</summary>
public enum EditErrorCode
{
    /// <summary>The field is the provider's.</summary>
    OwnedByProvider,

    /// <summary>The text is longer than the limit.</summary>
    TooLong,

    /// <summary>There are more entries than the limit.</summary>
    TooMany,

    /// <summary>The text holds control or text-reordering characters, or broken text.</summary>
    UnfitCharacters,

    /// <summary>
    /// The value is not what the field holds: not a web address, not a telephone number, nothing at all.
    /// </summary>
    Malformed,
}
