using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using Npgsql;

namespace CustomerProfiles.Databases.TestSupport;

/// <summary>
/// A temporary PgBouncer in transaction mode: each transaction uses any free one of a few connections to the server.
/// </summary>
/// <remarks>
/// It ends with the process that started it: a shell reads from a pipe that the operating system then closes.
/// </remarks>
public sealed class PgBouncer : IAsyncDisposable
{
    private const int MostTriesForPort = 20;

    private const string Run = """
        "$0" "$1" &
        cat > /dev/null
        kill $!
        wait $!
        """;

    private readonly Process _process;
    private readonly string _folder;

    private PgBouncer(Process process, string folder, string connectionString)
    {
        _process = process;
        _folder = folder;
        ConnectionString = connectionString;
    }

    /// <summary>The connection string through it.</summary>
    public string ConnectionString { get; }

    /// <summary>Starts one.</summary>
    /// <param name="serverConnectionString">The server, and the database there.</param>
    /// <param name="lines">Further lines of its settings.</param>
    /// <exception cref="InvalidOperationException">
    /// PgBouncer is not installed. Tests marked with <c>[PostgreSqlFact(pooler: true)]</c> are skipped then.
    /// </exception>
    /// <exception cref="IOException">It did not start.</exception>
    public static async Task<PgBouncer> StartNewAsync(string serverConnectionString, params string[] lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        var program = Find() ?? throw new InvalidOperationException(PostgreSqlAvailability.WhyNoPooler);
        var server = new NpgsqlConnectionStringBuilder(serverConnectionString);
        var folder = Directory.CreateTempSubdirectory("customerprofiles-pgbouncer-").FullName;
        var user = await OrdinaryUser.ForAsync(folder);
        var users = Path.Combine(folder, "users");
        await File.WriteAllTextAsync(users, $"\"{server.Username}\" \"{server.Password}\"\n");
        for (var tries = 1; ; tries++)
        {
            var port = LoopbackPort.Free();
            var settings = Path.Combine(folder, "pgbouncer.ini");
            await File.WriteAllLinesAsync(
                settings,
                [
                    "[databases]",
                    $"* = host={server.Host} port={server.Port}",
                    "[pgbouncer]",
                    "listen_addr = 127.0.0.1",
                    $"listen_port = {port}",
                    "unix_socket_dir =",
                    "auth_type = scram-sha-256",
                    $"auth_file = {users}",
                    "pool_mode = transaction",
                    "default_pool_size = 4",
                    "max_client_conn = 500",
                    .. lines,
                ]
            );
            var command = user.Command("sh", "-c", Run, program, settings);
            command.WorkingDirectory = folder;
            command.RedirectStandardInput = true;
            command.RedirectStandardError = true;
            var process = Process.Start(command)!;
            var said = new ConcurrentQueue<string>();
            process.ErrorDataReceived += (_, line) => said.Enqueue(line.Data ?? "");
            process.BeginErrorReadLine();
            if (await ListensAsync(said, port))
            {
                var connectionString = new NpgsqlConnectionStringBuilder(serverConnectionString)
                {
                    Host = "127.0.0.1",
                    Port = port,
                };
                return new PgBouncer(process, folder, connectionString.ConnectionString);
            }

            process.StandardInput.Close();
            await process.WaitForExitAsync();
            process.Dispose();
            if (tries == MostTriesForPort || LoopbackPort.IsFree(port))
            {
                throw new IOException($"PgBouncer does not start, as {user}: {string.Join(Environment.NewLine, said)}");
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await using (var pooled = new NpgsqlConnection(ConnectionString))
        {
            NpgsqlConnection.ClearPool(pooled);
        }

        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>
    /// The path of the program; null when it is not installed. Packages install it on the PATH of administrators only.
    /// </summary>
    internal static string? Find() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Concat(["/usr/sbin", "/usr/local/sbin", "/usr/bin", "/opt/homebrew/bin", "/usr/local/bin"])
            .Select(folder => Path.Combine(folder, "pgbouncer"))
            .FirstOrDefault(File.Exists);

    private static async Task<bool> ListensAsync(ConcurrentQueue<string> said, int port)
    {
        var listens = false;
        await Eventually.IsSoAsync(
            "PgBouncer listens or has failed",
            async () =>
            {
                using var client = new TcpClient();
                try
                {
                    await client.ConnectAsync("127.0.0.1", port);
                    listens = true;
                }
                catch (SocketException)
                {
                    return said.Any(line => line.Contains("FATAL", StringComparison.Ordinal));
                }

                return listens;
            }
        );
        return listens;
    }
}
