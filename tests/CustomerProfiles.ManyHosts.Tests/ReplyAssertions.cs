using System.Globalization;

namespace CustomerProfiles.ManyHosts.Tests;

/// <summary>Assertions about the replies of hosts.</summary>
internal static class ReplyAssertions
{
    /// <summary>
    /// A call that waited for five seconds for a lock. Nothing was written, and its host repeated it. It means nothing
    /// while nobody is paused: a machine that stalls for that long delays whoever holds the lock.
    /// </summary>
    private const string WaitedTooLong = "ProfileDatabaseException 55P03";

    /// <summary>No call failed, but for those that waited too long for another.</summary>
    public static void ShouldHaveNoFaults(this IReadOnlyCollection<HostReply?> replies, string because = "") =>
        replies
            .SelectMany(reply => reply!.Faults)
            .Where(fault => fault != WaitedTooLong)
            .Should()
            .BeEmpty($"{because} (there were {replies.Summary()})");

    /// <summary>The number of replies with each outcome and each fault.</summary>
    public static string Summary(this IEnumerable<HostReply?> replies) =>
        string.Join(
            ", ",
            replies
                .SelectMany(reply => reply is null ? ["killed"] : reply.Faults.Prepend(reply.Outcome))
                .CountBy(text => text)
                .OrderBy(count => count.Key, StringComparer.Ordinal)
                .Select(count => string.Create(CultureInfo.InvariantCulture, $"{count.Value} {count.Key}"))
        );
}
