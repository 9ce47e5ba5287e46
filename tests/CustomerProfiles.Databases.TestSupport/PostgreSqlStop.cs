namespace CustomerProfiles.Databases.TestSupport;

/// <summary>How a server is stopped.</summary>
public enum PostgreSqlStop
{
    /// <summary>
    /// As an administrator does it: transactions under way are rolled back, connections are closed, everything is
    /// written.
    /// </summary>
    Fast,

    /// <summary>As a crash does it: every process ends where it is, and the next start recovers.</summary>
    Immediate,
}
