namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>What a statement can write beside a profile and the texts that it is found by.</summary>
[Flags]
internal enum OptionalWrites
{
    None = 0,

    /// <summary>A change of the history.</summary>
    Change = 1,

    /// <summary>An event.</summary>
    Event = 2,

    /// <summary>The custom properties that profiles are found by; also those that were written before.</summary>
    Properties = 4,

    All = Change | Event | Properties,
}
