using System.Security.Cryptography;

namespace CustomerProfiles.Packages.Tests;

/// <summary>
/// All libraries, packed once for all tests: from a copy of the sources, so that no other build interferes, into a
/// folder that is a feed for fresh projects. Everything is in a temporary folder outside the repository.
/// </summary>
public sealed class PackedLibraries : IAsyncLifetime
{
    // A version that no feed or cache has, and higher than any, so that a fresh project gets the packages from here.
    private readonly string _folder = Directory.CreateTempSubdirectory("customerprofiles-packages-").FullName;

    /// <summary>The version of the packages.</summary>
    public string Version { get; } =
        $"9000.{RandomNumberGenerator.GetInt32(1, 60_000)}.{RandomNumberGenerator.GetInt32(1, 60_000)}";

    /// <summary>The folder of the packages.</summary>
    public string Feed => Path.Combine(_folder, "feed");

    /// <summary>The folder to which fresh projects restore.</summary>
    public string Restored => Path.Combine(_folder, "restored");

    private string Source => Path.Combine(_folder, "source");

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        Repository.CopyTo(Source);
        await Command.RunAsync(Source, "git init --quiet");
        await Command.RunAsync(Source, "git add --all");
        await Command.RunAsync(
            Source,
            "git -c user.name=Packages -c user.email=packages@example.com commit --quiet --message packed"
        );
        await PackAsync(Source, Feed);
        await WriteSettingsAsync();
    }

    /// <inheritdoc/>
    public Task DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>Packs the same commit again, from another folder.</summary>
    /// <returns>The folder of the packages.</returns>
    public async Task<string> PackAgainAsync()
    {
        var clone = Path.Combine(_folder, "another", "place");
        await Command.RunAsync(_folder, $"git clone --quiet {Source} {clone}");
        var packages = Path.Combine(_folder, "again");
        await PackAsync(clone, packages);
        return packages;
    }

    /// <summary>
    /// Creates a folder for a fresh project, which knows the packages and the feeds of the machine, and nothing of the
    /// repository.
    /// </summary>
    /// <param name="name">Its name.</param>
    /// <returns>Its path.</returns>
    public string FreshFolder(string name) => Directory.CreateDirectory(Path.Combine(_folder, "fresh", name)).FullName;

    /// <summary>A package as packed.</summary>
    internal Package PackageOf(string library) => new(Path.Combine(Feed, $"{library}.{Version}.nupkg"));

    // The solution build runs the analysers; source generators still run here.
    private Task PackAsync(string source, string packages) =>
        Command.RunAsync(
            source,
            $"dotnet pack build/packages.proj -c Release -o {packages} -p:Version={Version} -p:RunAnalyzers=false"
        );

    private async Task WriteSettingsAsync()
    {
        // Third-party packages come from the cache of the machine. Those of the family cannot, because their version is
        // unique.
        var cache = (await Command.RunAsync(_folder, "dotnet nuget locals global-packages --list"))
            .Split(": ", 2)[1]
            .Trim();
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "nuget.config"),
            $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{Restored}" /></config>
              <packageSources><add key="packed" value="{Feed}" /></packageSources>
              <fallbackPackageFolders><add key="machine" value="{cache}" /></fallbackPackageFolders>
            </configuration>
            """
        );

        // Stops the search for such files in parent folders.
        var fresh = Directory.CreateDirectory(Path.Combine(_folder, "fresh")).FullName;
        foreach (var file in new[] { "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props" })
        {
            await File.WriteAllTextAsync(Path.Combine(fresh, file), "<Project />");
        }
    }
}
