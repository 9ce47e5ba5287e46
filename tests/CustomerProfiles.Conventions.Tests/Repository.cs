using System.Collections.Concurrent;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CustomerProfiles.Conventions.Tests;

/// <summary>The files of the repository that contains the tests.</summary>
internal static class Repository
{
    /// <summary>The syntax of each file that was read: several tests read the same ones, and parsing is slow.</summary>
    private static readonly ConcurrentDictionary<string, CompilationUnitSyntax> Parsed = [];

    public static string Root { get; } = RepositoryRoot.Path;

    /// <summary>Every library under src/, found by its project.</summary>
    public static IReadOnlyList<Library> Libraries { get; } =
    [
        .. Directory
            .GetFiles(Path.Combine(Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(file => new Library(file)),
    ];

    /// <summary>The names of the libraries, as data of theories.</summary>
    public static TheoryData<string> LibraryNames => [.. Libraries.Select(library => library.Name)];

    public static Library LibraryOf(string name) => Libraries.Single(library => library.Name == name);

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>Every source or documentation file with an extension, by its path in the repository.</summary>
    public static IEnumerable<string> FilesWith(string extension) =>
        new[] { "src", "samples", "tests", "bench", "docs", "build" }
            .SelectMany(folder =>
                Directory.EnumerateFiles(Path.Combine(Root, folder), "*" + extension, SearchOption.AllDirectories)
            )
            .Concat(Directory.EnumerateFiles(Root, "*" + extension))
            .Select(file => Path.GetRelativePath(Root, file).Replace(Path.DirectorySeparatorChar, '/'))
            .Where(path => !path.Split('/').Any(part => part is "bin" or "obj" or "Migrations"))
            .Order(StringComparer.Ordinal);

    /// <summary>The C# source files below a folder.</summary>
    public static IReadOnlyList<SourceFile> SourcesIn(string folder) =>
        [
            .. Directory
                .EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/'))
                .Where(path => !path.Split('/').Any(part => part is "bin" or "obj"))
                .Order(StringComparer.Ordinal)
                .Select(path => new SourceFile(path, Parsed.GetOrAdd(Path.Combine(folder, path), Parse))),
        ];

    private static CompilationUnitSyntax Parse(string file) =>
        CSharpSyntaxTree.ParseText(File.ReadAllText(file)).GetCompilationUnitRoot();
}
