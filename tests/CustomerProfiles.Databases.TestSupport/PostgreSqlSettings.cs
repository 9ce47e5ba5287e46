namespace CustomerProfiles.Databases.TestSupport;

/// <summary>How a throw-away server is set up.</summary>
public sealed record PostgreSqlSettings
{
    /// <summary>
    /// Whether what is committed survives a power failure, as PostgreSQL does unless told otherwise. False unless set,
    /// which is faster: the death of the server, by whatever signal, loses nothing either way, for the operating system
    /// lives on.
    /// </summary>
    public bool SurvivesPowerFailure { get; init; }

    /// <summary>How many connections the server takes.</summary>
    public int MaxConnections { get; init; } = 300;

    /// <summary>Further lines of postgresql.conf; none unless set.</summary>
    public IReadOnlyList<string> Lines { get; init; } = [];

    internal IEnumerable<string> AllLines(int port) =>
        [
            "listen_addresses = '127.0.0.1'",
            $"port = {port}",
            // The path of a socket must be short, and nobody needs it.
            "unix_socket_directories = ''",
            $"max_connections = {MaxConnections}",
            "shared_buffers = '64MB'",
            // A real server is rarely where the tests are, and must give the same answers.
            "timezone = '<+0545>-05:45'",
            .. SurvivesPowerFailure ? (string[])[] : ["fsync = off", "full_page_writes = off"],
            .. Lines,
        ];
}
