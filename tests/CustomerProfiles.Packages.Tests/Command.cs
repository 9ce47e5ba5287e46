using System.Diagnostics;
using System.Text;

namespace CustomerProfiles.Packages.Tests;

/// <summary>Runs a program as from a shell.</summary>
internal static class Command
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(10);

    /// <summary>Settings of the test runner's build would affect another build.</summary>
    private static readonly string[] OfTheRunner =
    [
        "MSBUILD",
        "VSTEST",
        "DOTNET_HOST_PATH",
        "TESTINGPLATFORM",
        "COREHOST",
        "NUGET_PACKAGES",
    ];

    /// <summary>Runs a command line and returns its output. Arguments are separated by blanks.</summary>
    public static Task<string> RunAsync(string folder, string commandLine)
    {
        var words = commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return RunAsync(folder, words[0], words[1..]);
    }

    public static async Task<string> RunAsync(string folder, string program, params string[] arguments)
    {
        using var process = new Process { StartInfo = StartOf(folder, program, arguments) };
        var output = new StringBuilder();
        var errors = new StringBuilder();
        process.OutputDataReceived += (_, line) => output.AppendLine(line.Data);
        process.ErrorDataReceived += (_, line) => errors.AppendLine(line.Data);
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var timeout = new CancellationTokenSource(Timeout);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException(
                $"{program} {string.Join(' ', arguments)} did not end within {Timeout}.\n{output}\n{errors}"
            );
        }

        return process.ExitCode == 0
            ? output.ToString()
            : throw new InvalidOperationException(
                $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}.\n{output}\n{errors}"
            );
    }

    /// <summary>How a program is started: as on a machine where no test runs.</summary>
    public static ProcessStartInfo StartOf(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (
            var variable in start
                .Environment.Keys.Where(key =>
                    OfTheRunner.Any(prefix => key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                )
                .ToArray()
        )
        {
            start.Environment.Remove(variable);
        }

        start.Environment["CI"] = "true";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["MSBUILDTERMINALLOGGER"] = "off";
        // No process of a build outlives it and keeps the folder or the output open.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        return start;
    }
}
