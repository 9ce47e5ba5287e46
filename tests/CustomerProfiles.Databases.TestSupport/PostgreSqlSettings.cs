namespace CustomerProfiles.Databases.TestSupport;

/// <summary>The settings of a temporary server.</summary>
public sealed record PostgreSqlSettings
{
    /// <summary>
    /// Whether commits survive a power failure, as is the default of PostgreSQL. False unless set, which is faster.
    /// Killing the server loses nothing either way, because the operating system survives.
    /// </summary>
    public bool SurvivesPowerFailure { get; init; }

    /// <summary>The maximum number of connections.</summary>
    public int MaxConnections { get; init; } = 300;

    /// <summary>Further lines of postgresql.conf; none unless set.</summary>
    public IReadOnlyList<string> Lines { get; init; } = [];

    internal IEnumerable<string> AllLines(int port) =>
        [
            "listen_addresses = '127.0.0.1'",
            $"port = {port}",
            // The path of a socket must be short, and no test needs one.
            "unix_socket_directories = ''",
            $"max_connections = {MaxConnections}",
            "shared_buffers = '64MB'",
            // A time zone other than that of the tests must not change any result.
            "timezone = '<+0545>-05:45'",
            .. SurvivesPowerFailure ? (string[])[] : ["fsync = off", "full_page_writes = off"],
            .. Lines,
        ];
}
