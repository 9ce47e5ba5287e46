using System.Diagnostics;
using System.Security.Cryptography;
using Npgsql;

namespace CustomerProfiles.Databases.TestSupport;

/// <summary>
/// A cluster in a temporary folder, its server, and the watchdog that removes both when this process is gone.
/// </summary>
internal sealed class ThrowAwayCluster : IAsyncDisposable
{
    private const string FolderPrefix = "customerprofiles-postgres-";
    private const string LockName = "lock";
    private const string Superuser = "postgres";
    private const int MostTriesForPort = 20;

    /// <summary>
    /// Ignores what a terminal sends to all processes of a group, and leaves the process tree, so that whoever kills
    /// that does not kill the watchdog first. Reads until the operating system closes the pipe, which it does however
    /// the process at its other end dies.
    /// </summary>
    private const string Watchdog = """
        trap '' HUP INT TERM QUIT
        cd /
        exec 3<&0 >/dev/null 2>&1
        (
            cat <&3
            "$0" stop -D "$1/data" -m immediate -w -t 30
            rm -rf "$1"
        ) &
        """;

    private readonly PostgreSqlPrograms _programs;
    private readonly OrdinaryUser _user;
    private readonly FileStream _lock;
    private Process? _watchdog;

    private ThrowAwayCluster(PostgreSqlPrograms programs, string folder, OrdinaryUser user, FileStream folderLock)
    {
        _programs = programs;
        _user = user;
        _lock = folderLock;
        Folder = folder;
    }

    public string Folder { get; }

    public string ConnectionString { get; private set; } = "";

    private string Data => Path.Combine(Folder, "data");

    private string Log => Path.Combine(Folder, "log");

    public static async Task<ThrowAwayCluster> StartNewAsync(PostgreSqlPrograms programs, PostgreSqlSettings settings)
    {
        // It gets its name when it is locked, so that nobody who looks for abandoned ones finds it before.
        var unlocked = Directory.CreateTempSubdirectory($"new-{FolderPrefix}").FullName;
        var folderLock = new FileStream(
            Path.Combine(unlocked, LockName),
            FileMode.CreateNew,
            FileAccess.ReadWrite,
            FileShare.None
        );
        var folder = Path.Combine(Path.GetTempPath(), Path.GetFileName(unlocked)["new-".Length..]);
        Directory.Move(unlocked, folder);
        ThrowAwayCluster? cluster = null;
        try
        {
            cluster = new ThrowAwayCluster(programs, folder, await OrdinaryUser.ForAsync(folder), folderLock);
            await cluster.CreateAsync(settings);
            await RemoveAbandonedAsync(programs);
            return cluster;
        }
        catch when (cluster is not null)
        {
            await cluster.DisposeAsync();
            throw;
        }
        catch
        {
            Directory.Delete(folder, recursive: true);
            await folderLock.DisposeAsync();
            throw;
        }
    }

    public Task StartAsync() => RunAsync(_programs.PgCtl, "start", "-D", Data, "-l", Log, "-w", "-t", "120", "-s");

    public Task StopAsync(PostgreSqlStop how) =>
        RunAsync(
            _programs.PgCtl,
            "stop",
            "-D",
            Data,
            "-m",
            how == PostgreSqlStop.Immediate ? "immediate" : "fast",
            "-w",
            "-t",
            "120",
            "-s"
        );

    public async ValueTask DisposeAsync()
    {
        await StopAndRemoveAsync(_programs, _user, Folder);
        await _lock.DisposeAsync();
        _watchdog?.Dispose();
    }

    /// <summary>Removes what clusters left behind whose processes were killed together with their watchdogs.</summary>
    public static async Task RemoveAbandonedAsync(PostgreSqlPrograms programs)
    {
        foreach (var folder in Directory.EnumerateDirectories(Path.GetTempPath(), FolderPrefix + "*"))
        {
            try
            {
                // Whoever lives holds the lock.
                await using var abandoned = new FileStream(
                    Path.Combine(folder, LockName),
                    FileMode.Open,
                    FileAccess.ReadWrite,
                    FileShare.None
                );
                await StopAndRemoveAsync(programs, await OrdinaryUser.ForAsync(folder), folder);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Somebody's, or just being removed by somebody else.
            }
        }
    }

    private static async Task StopAndRemoveAsync(PostgreSqlPrograms programs, OrdinaryUser user, string folder)
    {
        // It fails when no server runs there, which is as good.
        await ProgramRun.OfAsync(
            user.Command(
                programs.PgCtl,
                "stop",
                "-D",
                Path.Combine(folder, "data"),
                "-m",
                "immediate",
                "-w",
                "-t",
                "120"
            ),
            folder
        );
        Directory.Delete(folder, recursive: true);
    }

    private async Task CreateAsync(PostgreSqlSettings settings)
    {
        StartWatchdog();
        var password = RandomNumberGenerator.GetHexString(32);
        await InitializeAsync(password);

        for (var tries = 1; ; tries++)
        {
            var port = LoopbackPort.Free();
            await File.WriteAllLinesAsync(Path.Combine(Data, "postgresql.auto.conf"), settings.AllLines(port));
            try
            {
                await StartAsync();
                ConnectionString = new NpgsqlConnectionStringBuilder
                {
                    Host = "127.0.0.1",
                    Port = port,
                    Username = Superuser,
                    Password = password,
                    Database = "postgres",
                }.ConnectionString;
                return;
            }
            catch (IOException) when (tries < MostTriesForPort && !LoopbackPort.IsFree(port))
            {
                // Somebody else was faster, so another one is tried.
            }
        }
    }

    private async Task InitializeAsync(string password)
    {
        // Readable for the ordinary user, and for nobody else because of the folder.
        var passwordFile = Path.Combine(Folder, "password");
        await File.WriteAllTextAsync(passwordFile, password);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(
                passwordFile,
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead
            );
        }

        string[] always =
        [
            "-D",
            Data,
            "-U",
            Superuser,
            "--pwfile",
            passwordFile,
            "-A",
            "scram-sha-256",
            "-E",
            "UTF8",
            "-N",
        ];

        // As real servers are set up: text is compared by a language, which must not matter, and letters are those of
        // all scripts. Not every build has the first, nor any before version 15, nor every machine the second.
        string[][] choices =
        [
            ["--lc-ctype=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US"],
            ["--lc-ctype=en_US.UTF-8", "--locale-provider=icu", "--icu-locale=en-US"],
            ["--lc-ctype=C.UTF-8"],
            ["--lc-ctype=en_US.UTF-8"],
        ];
        foreach (var choice in choices)
        {
            var run = await ProgramRun.OfAsync(
                _user.Command(_programs.InitDb, [.. always, "--locale=C", .. choice]),
                Folder
            );
            if (run.IsFine)
            {
                File.Delete(passwordFile);
                return;
            }
        }

        await RunAsync(_programs.InitDb, [.. always, "--locale=C"]);
        File.Delete(passwordFile);
    }

    private void StartWatchdog()
    {
        var command = _user.Command("sh", "-c", Watchdog, _programs.PgCtl, Folder);
        command.RedirectStandardInput = true;
        _watchdog = Process.Start(command);
    }

    private async Task RunAsync(string program, params string[] arguments)
    {
        var run = await ProgramRun.OfAsync(_user.Command(program, arguments), Folder);
        if (!run.IsFine)
        {
            var log = File.Exists(Log) ? string.Join(Environment.NewLine, File.ReadLines(Log).TakeLast(20)) : "";
            throw new IOException(
                $"{Path.GetFileName(program)} {arguments[0]} failed, as {_user}: {run.Output}{Environment.NewLine}{log}"
            );
        }
    }
}
