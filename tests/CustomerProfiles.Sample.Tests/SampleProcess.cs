using System.Diagnostics;

namespace CustomerProfiles.Sample.Tests;

/// <summary>The sample as a process of its own, as a user starts it.</summary>
internal sealed record SampleProcess(int ExitCode, string Output, string Errors)
{
    /// <summary>Every line that was written.</summary>
    public IEnumerable<string> Lines => $"{Output}\n{Errors}".Split('\n').Select(line => line.TrimEnd('\r'));

    /// <summary>Runs it to its end.</summary>
    /// <param name="folder">The current folder.</param>
    /// <param name="arguments">The command line.</param>
    public static async Task<SampleProcess> RunAsync(string folder, params string[] arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "CustomerProfiles.Sample.dll");
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [program, .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("FULLCONTACT_API_KEY");
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new SampleProcess(process.ExitCode, await output, await errors);
    }
}
