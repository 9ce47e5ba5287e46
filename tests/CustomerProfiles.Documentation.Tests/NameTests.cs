using System.Text.RegularExpressions;

namespace CustomerProfiles.Documentation.Tests;

/// <summary>The files and test classes that a page names exist.</summary>
public sealed partial class NameTests
{
    private static readonly string[] Folders = ["src", "samples", "tests", "bench", "build"];

    private static readonly IReadOnlyList<string> Files =
    [
        .. Folders
            .SelectMany(folder =>
                Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Path, folder), "*", SearchOption.AllDirectories)
            )
            .Select(file =>
                $"/{Path.GetRelativePath(RepositoryRoot.Path, file).Replace(Path.DirectorySeparatorChar, '/')}"
            )
            .Where(path => !path.Split('/').Any(part => part is "bin" or "obj")),
    ];

    public static TheoryData<string> Pages => [.. Page.All.Select(page => page.Path)];

    [Theory, MemberData(nameof(Pages))]
    public void A_named_file_or_test_class_exists(string path) =>
        Page
            .All.Single(page => page.Path == path)
            .Names()
            .Where(name => SourceFile().IsMatch(name) || TestClass().IsMatch(name))
            .Select(name => TestClass().IsMatch(name) ? $"{name}.cs" : name)
            .Where(file => !Files.Any(known => known.EndsWith($"/{file}", StringComparison.Ordinal)))
            .Should()
            .BeEmpty();

    [Fact]
    public void The_rules_name_files_and_test_classes()
    {
        var names = Page.All.Single(page => page.Path == "docs/guide/rules.md").Names().ToArray();

        names.Where(name => SourceFile().IsMatch(name)).Should().HaveCountGreaterThan(20);
        names.Where(name => TestClass().IsMatch(name)).Should().HaveCountGreaterThan(20);
    }

    [GeneratedRegex(@"^[\w./]+\.cs$")]
    private static partial Regex SourceFile();

    [GeneratedRegex(@"^\w+Tests$")]
    private static partial Regex TestClass();
}
