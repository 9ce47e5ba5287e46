using System.Diagnostics;

namespace CustomerProfiles.Databases.TestSupport;

/// <summary>Another process that is in the middle of a write to an SQLite file.</summary>
public sealed class SqliteWriterProcess : IAsyncDisposable
{
    private readonly Process _process;

    private SqliteWriterProcess(Process process) => _process = process;

    /// <summary>Starts it and waits until it holds the write lock.</summary>
    public static async Task<SqliteWriterProcess> StartAsync(string connectionString)
    {
        var process = Process.Start(
            new ProcessStartInfo(
                "dotnet",
                [typeof(SqliteWriterProcess).Assembly.Location, "write-sqlite", connectionString]
            )
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        )!;
        return await process.StandardOutput.ReadLineAsync() == "writing"
            ? new SqliteWriterProcess(process)
            : throw new InvalidOperationException("The other process did not begin to write.");
    }

    /// <summary>Has it stand still (SIGSTOP).</summary>
    public Task StopAsync() => SignalAsync("-STOP");

    /// <summary>Has it go on and end its write.</summary>
    public async Task FinishAsync()
    {
        await SignalAsync("-CONT");
        await _process.StandardInput.WriteLineAsync("go on");
        await _process.WaitForExitAsync();
    }

    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start(
            "kill",
            [signal, _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]
        );
        await kill.WaitForExitAsync();
    }
}
