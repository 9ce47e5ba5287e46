using NodaTime;

namespace CustomerProfiles;

/// <summary>The clock of whoever sent a conversation, which may be wrong.</summary>
internal static class SenderClock
{
    /// <summary>How much it may differ from the host's: a day, which covers a time without its time zone.</summary>
    public static readonly Duration Tolerance = Duration.FromDays(1);
}
