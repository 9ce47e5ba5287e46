using System.Xml.Linq;

namespace CustomerProfiles.Packages.Tests;

/// <summary>The files of the repository that contains the tests.</summary>
internal static class Repository
{
    public static string Root { get; } = RepositoryRoot.Path;

    /// <summary>The names of all libraries, found by their projects under src/.</summary>
    public static IReadOnlyList<string> Libraries { get; } =
    [
        .. Directory
            .GetFiles(Path.Combine(Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(file => Path.GetFileNameWithoutExtension(file)!),
    ];

    public static string PathOf(string path) => Path.Combine(Root, path);

    public static string Read(string path) => File.ReadAllText(PathOf(path));

    public static XDocument Project(string library) => XDocument.Load(PathOf($"src/{library}/{library}.csproj"));

    /// <summary>Copies the sources, without build output.</summary>
    public static void CopyTo(string target)
    {
        string[] files =
        [
            "Directory.Build.props",
            "Directory.Packages.props",
            "global.json",
            "nuget.config",
            ".editorconfig",
            ".gitattributes",
            ".gitignore",
            "README.md",
            "LICENSE",
        ];
        foreach (var file in files)
        {
            Directory.CreateDirectory(target);
            File.Copy(PathOf(file), Path.Combine(target, file));
        }

        foreach (var folder in new[] { "src", "build" })
        {
            foreach (var file in Directory.EnumerateFiles(PathOf(folder), "*", SearchOption.AllDirectories))
            {
                var path = Path.GetRelativePath(Root, file);
                if (!path.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"))
                {
                    var copy = Path.Combine(target, path);
                    Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                    File.Copy(file, copy);
                }
            }
        }
    }
}
