namespace CustomerProfiles.ManyHosts.TestSupport;

/// <summary>
/// How a host is set up: the first line of its input, as JSON. (Not on the command line, which everybody on the machine
/// can read.)
/// </summary>
/// <param name="Name">The host's name, which goes to FullContact as the <c>Reporting-Key</c>.</param>
/// <param name="ConnectionString">Of the PostgreSQL database that the hosts share.</param>
/// <param name="FullContact">Where FullContact is.</param>
/// <param name="ApiKey">The key for it.</param>
public sealed record HostSettings(string Name, string ConnectionString, Uri FullContact, string ApiKey)
{
    /// <summary>How far the host's clock is ahead of the machine's; negative for behind.</summary>
    public TimeSpan ClockOffset { get; init; }

    /// <summary>For how long a host holds a check.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long FullContact may take: less than the lease.</summary>
    public TimeSpan Timeout => Lease - TimeSpan.FromSeconds(2);

    /// <summary>How many checks the host runs at once.</summary>
    public int MaxConcurrentChecks { get; init; } = 4;

    /// <summary>How often a check is put to FullContact before it counts as failed.</summary>
    public int MaxAttempts { get; init; } = 5;

    /// <summary>How often a call that FullContact refused, or that could not be made, is tried again at once.</summary>
    public int MaxRetries { get; init; } = 2;
}
