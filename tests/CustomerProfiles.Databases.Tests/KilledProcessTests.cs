using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace CustomerProfiles.Databases.Tests;

/// <summary>The server of a killed process is removed.</summary>
public sealed class KilledProcessTests
{
    [PostgreSqlTheory(throwAway: true)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_is_gone_soon_after_its_process_is_killed(bool withItsChildren)
    {
        using var process = Start();
        var (folder, connectionString) = await ReadAsync(process);
        (await IsRunningAsync(connectionString)).Should().BeTrue();

        process.Kill(withItsChildren);

        await Eventually.IsSoAsync("the watchdog has removed the folder", () => !Directory.Exists(folder));
        await Eventually.IsSoAsync("nobody listens any more", async () => !await IsRunningAsync(connectionString));
    }

    [PostgreSqlFact(throwAway: true)]
    public async Task The_next_server_removes_the_remains_of_a_killed_process_and_its_killed_watchdog()
    {
        using var process = Start();
        var (folder, connectionString) = await ReadAsync(process);
        var watchdogs = await ProcessesAsync(command =>
            command.StartsWith("sh -c", StringComparison.Ordinal) && command.Contains(folder, StringComparison.Ordinal)
        );
        watchdogs.Should().NotBeEmpty();
        foreach (var watchdog in watchdogs)
        {
            using var killed = Process.GetProcessById(watchdog);
            killed.Kill();
        }

        // Asked before the process is killed: from then on any process that starts a server may remove this one.
        (await IsRunningAsync(connectionString))
            .Should()
            .BeTrue();
        process.Kill();
        await process.WaitForExitAsync();

        await using (await PostgreSqlServer.StartNewAsync())
        {
            // Another process that starts a server at this moment may be the one that removes them.
            await Eventually.IsSoAsync("a new server has removed the folder", () => !Directory.Exists(folder));
            await Eventually.IsSoAsync("nobody listens any more", async () => !await IsRunningAsync(connectionString));
        }
    }

    [PostgreSqlFact(throwAway: true)]
    public async Task A_server_of_a_living_process_is_left_alone_by_others()
    {
        await using var first = await PostgreSqlServer.StartNewAsync();
        await using var second = await PostgreSqlServer.StartNewAsync();

        (await IsRunningAsync(first.ConnectionString)).Should().BeTrue();
        (await IsRunningAsync(second.ConnectionString)).Should().BeTrue();
    }

    private static Process Start() =>
        Process.Start(
            new ProcessStartInfo("dotnet", [typeof(PostgreSqlServer).Assembly.Location])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        )!;

    private static async Task<(string Folder, string ConnectionString)> ReadAsync(Process process) =>
        ((await process.StandardOutput.ReadLineAsync())!, (await process.StandardOutput.ReadLineAsync())!);

    private static async Task<bool> IsRunningAsync(string connectionString)
    {
        try
        {
            await using var connection = new NpgsqlConnection(
                new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString
            );
            await connection.OpenAsync();
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private static async Task<IReadOnlyList<int>> ProcessesAsync(Func<string, bool> isMeant)
    {
        var found = new List<int>();
        if (OperatingSystem.IsLinux())
        {
            // Small systems have no ps.
            foreach (var process in Process.GetProcesses())
            {
                try
                {
                    if (isMeant((await File.ReadAllTextAsync($"/proc/{process.Id}/cmdline")).Replace('\0', ' ')))
                    {
                        found.Add(process.Id);
                    }
                }
                catch (IOException)
                {
                    // The process has just ended.
                }
            }

            return found;
        }

        using var list = Process.Start(
            new ProcessStartInfo("ps", ["-A", "-ww", "-o", "pid=,args="]) { RedirectStandardOutput = true }
        )!;
        while (await list.StandardOutput.ReadLineAsync() is { } line)
        {
            var parts = line.Trim().Split(' ', 2);
            if (parts.Length == 2 && isMeant(parts[1]))
            {
                found.Add(int.Parse(parts[0], CultureInfo.InvariantCulture));
            }
        }

        return found;
    }
}
