using System.ComponentModel;
using System.Diagnostics;

namespace CustomerProfiles.Databases.TestSupport;

/// <summary>A program that has ended, and its output.</summary>
internal sealed record ProgramRun(bool IsFine, string Output)
{
    /// <summary>More than the slowest command takes on a busy machine.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(3);

    /// <summary>
    /// Runs it. What PostgreSQL reads from the environment is left out, so that every machine gives the same server.
    /// </summary>
    /// <param name="command">The command.</param>
    /// <param name="folder">Where to run it.</param>
    /// <returns>What came of it; not fine when there is no such program, or it does not end.</returns>
    public static async Task<ProgramRun> OfAsync(ProcessStartInfo command, string folder)
    {
        command.WorkingDirectory = folder;
        command.RedirectStandardInput = true;
        command.RedirectStandardOutput = true;
        command.RedirectStandardError = true;
        ClearEnvironment(command);
        try
        {
            using var process = Process.Start(command)!;
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEndAsync();
            try
            {
                await Task.WhenAll(process.WaitForExitAsync(), output, errors).WaitAsync(Timeout);
            }
            catch (TimeoutException)
            {
                process.Kill(entireProcessTree: true);
                return new ProgramRun(IsFine: false, $"{command.FileName} did not end within {Timeout}.");
            }

            return new ProgramRun(process.ExitCode == 0, await output + await errors);
        }
        catch (Win32Exception missing)
        {
            return new ProgramRun(IsFine: false, $"{command.FileName}: {missing.Message}");
        }
    }

    private static void ClearEnvironment(ProcessStartInfo command)
    {
        foreach (
            var name in command
                .Environment.Keys.Where(name =>
                    name.StartsWith("PG", StringComparison.Ordinal) || name.StartsWith("LC_", StringComparison.Ordinal)
                )
                .ToList()
        )
        {
            command.Environment.Remove(name);
        }

        command.Environment["LC_ALL"] = "C";
    }
}
