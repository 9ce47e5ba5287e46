using System.Diagnostics;

namespace CustomerProfiles.Sample.Tests;

/// <summary>A process that ran the sample.</summary>
internal sealed record SampleProcess(int ExitCode, string Output, string Errors)
{
    /// <summary>All lines of both outputs.</summary>
    public IEnumerable<string> Lines => $"{Output}\n{Errors}".Split('\n').Select(line => line.TrimEnd('\r'));

    private static string Host => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    private static string Program => Path.Combine(AppContext.BaseDirectory, "CustomerProfiles.Sample.dll");

    /// <summary>Runs the sample.</summary>
    /// <param name="folder">The current folder.</param>
    /// <param name="arguments">The command line.</param>
    public static Task<SampleProcess> RunAsync(string folder, params string[] arguments) =>
        StartAsync(folder, Host, [Program, .. arguments], erasureKey: null);

    /// <summary>Runs the sample with a key for what is kept of erased customers.</summary>
    /// <param name="folder">The current folder.</param>
    /// <param name="erasureKey">The key.</param>
    /// <param name="arguments">The command line.</param>
    public static Task<SampleProcess> RunWithKeyAsync(string folder, string erasureKey, params string[] arguments) =>
        StartAsync(folder, Host, [Program, .. arguments], erasureKey);

    /// <summary>Runs a shell command.</summary>
    /// <param name="folder">The current folder.</param>
    /// <param name="line">The command, in which "sample" is the program.</param>
    public static Task<SampleProcess> RunInShellAsync(string folder, string line) =>
        StartAsync(folder, "bash", ["-c", $"sample() {{ '{Host}' '{Program}' \"$@\"; }}; {line}"], erasureKey: null);

    private static async Task<SampleProcess> StartAsync(
        string folder,
        string program,
        string[] arguments,
        string? erasureKey
    )
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("FULLCONTACT_API_KEY");
        start.Environment[ErasureKeyVariable.Name] = erasureKey;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new SampleProcess(process.ExitCode, await output, await errors);
    }
}
