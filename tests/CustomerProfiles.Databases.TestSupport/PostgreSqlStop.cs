namespace CustomerProfiles.Databases.TestSupport;

/// <summary>How a server is stopped.</summary>
public enum PostgreSqlStop
{
    /// <summary>As by an administrator: transactions are rolled back, connections closed, everything written.</summary>
    Fast,

    /// <summary>As by a crash: all processes end at once, and the next start recovers.</summary>
    Immediate,
}
