using System.Security.Cryptography;
using Npgsql;

namespace CustomerProfiles.Databases.TestSupport;

/// <summary>A PostgreSQL server for tests: a throw-away one, or the one that the environment gives.</summary>
/// <remarks>
/// <para>
/// A throw-away server lives in a folder of its own below that for temporary files, listens on 127.0.0.1 alone, wants a
/// password that nobody else knows, and runs as an ordinary user.
/// </para>
/// <para>
/// It is gone soon after the process that started it, however that ends: a watchdog outside of the process tree reads
/// from a pipe that nobody writes to, and which the operating system closes with the process. Should the watchdog be
/// killed as well, the next server that is started anywhere on the machine clears up after it.
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

    /// <summary>How to connect to it, as one who may create databases.</summary>
    public string ConnectionString { get; }

    /// <summary>Where a throw-away server keeps everything; null for the one that the environment gives.</summary>
    public string? Folder => _throwAway?.Folder;

    /// <summary>
    /// The one server of this process, which is started by the first call: the one that the environment gives, or a
    /// throw-away one. Nobody stops or disposes it. Call it from the test and not from a fixture, for fixtures are made
    /// even when every test is skipped.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is no PostgreSQL on this machine. Tests marked with
    /// <see cref="PostgreSqlFactAttribute"/> do not get here.</exception>
    /// <exception cref="IOException">It does not start.</exception>
    public static Task<PostgreSqlServer> SharedAsync() => Shared.Value;

    /// <summary>
    /// Starts a throw-away server of its own, which can be stopped and started. Disposing it removes it.
    /// </summary>
    /// <param name="settings">How it is set up; null for fast.</param>
    /// <exception cref="InvalidOperationException">There is no PostgreSQL on this machine. Tests marked with
    /// <c>[PostgreSqlFact(throwAway: true)]</c> do not get here.</exception>
    /// <exception cref="IOException">It does not start.</exception>
    public static async Task<PostgreSqlServer> StartNewAsync(PostgreSqlSettings? settings = null)
    {
        var programs =
            PostgreSqlPrograms.Find() ?? throw new InvalidOperationException(PostgreSqlAvailability.WhyNotThrowAway);
        var cluster = await ThrowAwayCluster.StartNewAsync(programs, settings ?? new PostgreSqlSettings());
        return new PostgreSqlServer(cluster.ConnectionString, cluster);
    }

    /// <summary>Creates an empty database.</summary>
    /// <param name="encoding">How it keeps text; null for UTF8.</param>
    public async Task<PostgreSqlDatabase> CreateDatabaseAsync(string? encoding = null)
    {
        // A server that the environment gives may serve other processes too.
        var random = RandomNumberGenerator.GetHexString(8, lowercase: true);
        var name = $"cp_test_{Environment.ProcessId}_{Interlocked.Increment(ref _databases)}_{random}";
        var options = encoding is null ? "" : await OptionsForAsync(encoding);
        await ExecuteAsync(ConnectionString, $"CREATE DATABASE \"{name}\" TEMPLATE template0{options}");
        return new PostgreSqlDatabase(ConnectionString, name);
    }

    /// <summary>Stops a throw-away server. Its data stay.</summary>
    /// <param name="how">How.</param>
    /// <exception cref="InvalidOperationException">The environment gave it.</exception>
    public Task StopAsync(PostgreSqlStop how = PostgreSqlStop.Fast) => Own.StopAsync(how);

    /// <summary>
    /// Starts a throw-away server that was stopped, on the same port and with the same data. It takes connections when
    /// this ends.
    /// </summary>
    /// <exception cref="InvalidOperationException">The environment gave it.</exception>
    public Task StartAsync() => Own.StartAsync();

    /// <summary>Stops and starts a throw-away server.</summary>
    /// <param name="how">How to stop it.</param>
    /// <exception cref="InvalidOperationException">The environment gave it.</exception>
    public async Task RestartAsync(PostgreSqlStop how = PostgreSqlStop.Fast)
    {
        await StopAsync(how);
        await StartAsync();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _throwAway?.DisposeAsync() ?? default;

    /// <summary>
    /// The collations of ICU know only some encodings; that of C knows all. Before version 15 there is no other
    /// provider to choose.
    /// </summary>
    private async Task<string> OptionsForAsync(string encoding)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(ConnectionString) { Pooling = false }.ConnectionString
        );
        await connection.OpenAsync();
        return $" ENCODING '{encoding}' LC_COLLATE 'C' LC_CTYPE "
            + $"'C'{(connection.PostgreSqlVersion.Major >= 15 ? " LOCALE_PROVIDER libc" : "")}";
    }

    internal static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString
        );
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
