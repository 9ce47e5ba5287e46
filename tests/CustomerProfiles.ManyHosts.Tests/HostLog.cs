using System.Text.RegularExpressions;

namespace CustomerProfiles.ManyHosts.Tests;

/// <summary>Reads the logs of hosts.</summary>
internal static partial class HostLog
{
    /// <summary>
    /// The number of calls of a provider whose result was not recorded, each of which may cost one call more: the check
    /// failed (1002), was no longer held (1004), or the store threw until its lease ended (1006).
    /// </summary>
    public static int ResultsNotRecorded(string log) => NotRecorded().Count(log);

    [GeneratedRegex(@"\[1002\]|\[1004\]|was being recorded\. Tried again: False")]
    private static partial Regex NotRecorded();
}
