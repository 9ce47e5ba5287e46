namespace CustomerProfiles.ManyHosts.TestSupport;

/// <summary>
/// The settings of a host: the first line of its input, as JSON. (Not on the command line, which every user of the
/// machine can read.)
/// </summary>
/// <param name="Name">The host's name, which goes to FullContact as the <c>Reporting-Key</c>.</param>
/// <param name="ConnectionString">The connection string of the shared PostgreSQL database.</param>
/// <param name="FullContact">The address of FullContact.</param>
/// <param name="ApiKey">The key for it.</param>
public sealed record HostSettings(string Name, string ConnectionString, Uri FullContact, string ApiKey)
{
    /// <summary>How far the clock of the host is ahead of that of the machine; negative for behind.</summary>
    public TimeSpan ClockOffset { get; init; }

    /// <summary>
    /// The duration of a lease. Unless set, it is longer than any machine stalls, so that nobody who lives loses a
    /// check.
    /// </summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The time limit of a lookup: less than the lease.</summary>
    public TimeSpan Timeout => Lease - TimeSpan.FromSeconds(2);

    /// <summary>The number of concurrent checks of the host.</summary>
    public int MaxConcurrentChecks { get; init; } = 4;

    /// <summary>The number of attempts before a check fails.</summary>
    public int MaxAttempts { get; init; } = 5;

    /// <summary>The number of immediate retries of a call.</summary>
    public int MaxRetries { get; init; } = 2;

    /// <summary>Whether the host writes events, and delivers them to a table of the test.</summary>
    public bool HasEvents { get; init; }
}
