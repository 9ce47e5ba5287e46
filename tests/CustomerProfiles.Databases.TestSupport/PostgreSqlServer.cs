using System.Security.Cryptography;
using Npgsql;

namespace CustomerProfiles.Databases.TestSupport;

/// <summary>A PostgreSQL server for tests: a temporary one, or the one from the environment.</summary>
/// <remarks>
/// <para>
/// A temporary server has a folder of its own below the one for temporary files, listens on 127.0.0.1 only, requires a
/// random password, and runs as an ordinary user.
/// </para>
/// <para>
/// It is removed soon after the process that started it ends: a watchdog outside of the process tree reads from a pipe
/// that the operating system then closes. If the watchdog is killed as well, the next server that starts on the machine
/// removes it.
/// </para>
/// </remarks>
public sealed class PostgreSqlServer : IAsyncDisposable
{
    private static readonly Lazy<Task<PostgreSqlServer>> Shared = new(() =>
        PostgreSqlAvailability.GivenConnectionString is { } given
            ? Task.FromResult(new PostgreSqlServer(given))
            : StartNewAsync()
    );

    private readonly ThrowAwayCluster? _throwAway;
    private int _databases;

    private PostgreSqlServer(string connectionString, ThrowAwayCluster? throwAway = null)
    {
        ConnectionString = connectionString;
        _throwAway = throwAway;
    }

    /// <summary>The connection string of a user who may create databases.</summary>
    public string ConnectionString { get; }

    /// <summary>The folder of a temporary server; null for the one from the environment.</summary>
    public string? Folder => _throwAway?.Folder;

    /// <summary>What the log of a temporary server says of deadlocks: who waited for whom, and for what.</summary>
    public async Task<string> DeadlocksInLogAsync()
    {
        if (_throwAway is null)
        {
            return "";
        }

        var lines = await File.ReadAllLinesAsync(Path.Combine(_throwAway.Folder, "log"));
        return string.Join(
            Environment.NewLine,
            lines
                .Index()
                .Where(line => line.Item.Contains("deadlock detected", StringComparison.Ordinal))
                .SelectMany(line => lines.Skip(line.Index).Take(40))
                .Take(400)
        );
    }

    /// <summary>
    /// The shared server of this process, which the first call starts: the one from the environment, or a temporary
    /// one. Do not stop or dispose it. Call it from the test and not from a fixture, because fixtures are created even
    /// when every test is skipped.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// PostgreSQL is not installed. Tests marked with <see cref="PostgreSqlFactAttribute"/> are skipped then.
    /// </exception>
    /// <exception cref="IOException">It did not start.</exception>
    public static Task<PostgreSqlServer> SharedAsync() => Shared.Value;

    /// <summary>Starts a temporary server that can be stopped and started. Disposing it removes it.</summary>
    /// <param name="settings">The settings; null for fast ones.</param>
    /// <exception cref="InvalidOperationException">
    /// PostgreSQL is not installed. Tests marked with <c>[PostgreSqlFact(throwAway: true)]</c> are skipped then.
    /// </exception>
    /// <exception cref="IOException">It did not start.</exception>
    public static async Task<PostgreSqlServer> StartNewAsync(PostgreSqlSettings? settings = null)
    {
        var programs =
            PostgreSqlPrograms.Find() ?? throw new InvalidOperationException(PostgreSqlAvailability.WhyNotThrowAway);
        var cluster = await ThrowAwayCluster.StartNewAsync(programs, settings ?? new PostgreSqlSettings());
        return new PostgreSqlServer(cluster.ConnectionString, cluster);
    }

    /// <summary>Creates an empty database.</summary>
    /// <param name="encoding">The encoding; null for UTF8.</param>
    public async Task<PostgreSqlDatabase> CreateDatabaseAsync(string? encoding = null)
    {
        // A server from the environment may serve other processes too.
        var random = RandomNumberGenerator.GetHexString(8, lowercase: true);
        var name = $"cp_test_{Environment.ProcessId}_{Interlocked.Increment(ref _databases)}_{random}";
        var options = encoding is null ? "" : await OptionsForAsync(encoding);
        await ExecuteAsync(ConnectionString, $"CREATE DATABASE \"{name}\" TEMPLATE template0{options}");
        return new PostgreSqlDatabase(ConnectionString, name);
    }

    /// <summary>Stops a temporary server. Its data remain.</summary>
    /// <param name="how">How.</param>
    /// <exception cref="InvalidOperationException">The server is from the environment.</exception>
    public Task StopAsync(PostgreSqlStop how = PostgreSqlStop.Fast) => Own.StopAsync(how);

    /// <summary>
    /// Starts a stopped temporary server, on the same port and with the same data, and waits until it accepts
    /// connections.
    /// </summary>
    /// <exception cref="InvalidOperationException">The server is from the environment.</exception>
    public Task StartAsync() => Own.StartAsync();

    /// <summary>Restarts a temporary server.</summary>
    /// <param name="how">How to stop it.</param>
    /// <exception cref="InvalidOperationException">The server is from the environment.</exception>
    public async Task RestartAsync(PostgreSqlStop how = PostgreSqlStop.Fast)
    {
        await StopAsync(how);
        await StartAsync();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _throwAway?.DisposeAsync() ?? default;

    /// <summary>
    /// ICU collations support only some encodings; the C collation supports all. Before version 15 there is no other
    /// provider.
    /// </summary>
    private async Task<string> OptionsForAsync(string encoding)
    {
        await using var connection = new NpgsqlConnection(Patient(ConnectionString));
        await connection.OpenAsync();
        return $" ENCODING '{encoding}' LC_COLLATE 'C' LC_CTYPE "
            + $"'C'{(connection.PostgreSqlVersion.Major >= 15 ? " LOCALE_PROVIDER libc" : "")}";
    }

    /// <summary>
    /// For the statements of the tests themselves: unpooled, and with limits that no machine reaches that stalls for
    /// some seconds.
    /// </summary>
    internal static string Patient(string connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString)
        {
            Pooling = false,
            Timeout = 120,
            CommandTimeout = 300,
        }.ConnectionString;

    internal static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(Patient(connectionString));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private ThrowAwayCluster Own =>
        _throwAway
        ?? throw new InvalidOperationException(
            $"The server is given by {PostgreSqlAvailability.Variable}, and nobody's to stop. Mark the test "
                + $"with [PostgreSqlFact(throwAway: true)] and start one with StartNewAsync."
        );
}
