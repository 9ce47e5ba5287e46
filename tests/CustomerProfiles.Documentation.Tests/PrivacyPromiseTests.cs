using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CustomerProfiles.Documentation.Tests;

/// <summary>Each promise of the privacy page names tests that exist.</summary>
public sealed partial class PrivacyPromiseTests
{
    private const string PageOfPromises = "docs/operate/privacy.md";
    private const string PageOfTests = "docs/operate/privacy-tests.md";

    /// <summary>The heading of others, and the part of whoever reads it.</summary>
    private static readonly string[] WithoutPromise = ["Removing data", "What remains yours"];

    /// <summary>The tests of the repository, and the cases of the conformance kit, with their classes.</summary>
    private static readonly Lazy<HashSet<string>> Tests = new(() =>
        [.. TypesIn("tests").SelectMany(TestsOf), .. TypesIn("src/CustomerProfiles.Testing/Cases").SelectMany(CasesOf)]
    );

    private static readonly Lazy<Dictionary<string, string>> Sections = new(() =>
        SectionsOf(PageOfPromises).ToDictionary(one => one.Heading, one => Plain(one.Text))
    );

    private static readonly Promise[] Promises = [.. SectionsOf(PageOfTests).SelectMany(PromisesOf)];

    public static TheoryData<string> Headings => [.. Promises.Select(promise => promise.Section).Distinct()];

    [Fact]
    public void Each_section_that_promises_something_has_promises_with_tests() =>
        Promises
            .Select(promise => promise.Section)
            .Distinct()
            .Should()
            .Equal(
                SectionsOf(PageOfPromises).Select(section => section.Heading).Except(WithoutPromise),
                "the two pages have the same sections in the same order"
            );

    [Theory, MemberData(nameof(Headings))]
    public void Each_promise_is_in_the_words_of_the_privacy_page(string section) =>
        PromisesIn(section)
            .Where(promise => !Sections.Value[section].Contains(Plain(promise.Words), StringComparison.Ordinal))
            .Select(promise => promise.Words)
            .Should()
            .BeEmpty();

    [Theory, MemberData(nameof(Headings))]
    public void Each_promise_names_tests_that_exist(string section)
    {
        PromisesIn(section).Should().OnlyContain(promise => promise.Tests.Length > 0);
        PromisesIn(section).SelectMany(promise => promise.Tests).Except(Tests.Value).Should().BeEmpty();
    }

    /// <summary>
    /// The cells that say what the library does, what it stores in a profile, and when a table is emptied.
    /// </summary>
    [Fact]
    public void Each_article_each_field_and_each_table_has_a_promise()
    {
        string[] articles = [.. CellsOf("Article by article", 2), .. CellsOf("What is stored", 2)];
        articles.Should().HaveCountGreaterThan(30);
        var words = Promises.Select(promise => Plain(promise.Words)).ToArray();

        string.Join('\n', articles.Where(cell => !words.Any(cell.Contains))).Should().BeEmpty();
    }

    [Fact]
    public void A_method_that_is_no_test_or_no_case_does_not_count() =>
        Tests
            .Value.Should()
            .Contain($"{nameof(PrivacyPromiseTests)}.{nameof(Each_promise_names_tests_that_exist)}")
            .And.Contain("ErasingCases.No_call_finds_an_erased_customer")
            .And.NotContain($"{nameof(PrivacyPromiseTests)}.{nameof(TestsOf)}")
            .And.NotContain("ErasingCases.OneReceiptAsync");

    private static IEnumerable<Promise> PromisesIn(string section) =>
        Promises.Where(promise => promise.Section == section);

    private static IEnumerable<Promise> PromisesOf((string Heading, string Text) section) =>
        section
            .Text.Split('\n')
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Skip(1)
            .Select(line => line.Trim('|').Split(" | ", StringSplitOptions.TrimEntries))
            .Select(cells => new Promise(
                section.Heading,
                cells[0],
                [.. Name().Matches(cells[1]).Select(match => match.Groups["name"].Value)]
            ));

    /// <summary>The cells of a column of the tables of a section.</summary>
    private static IEnumerable<string> CellsOf(string section, int column) =>
        SectionsOf(PageOfPromises)
            .Single(one => one.Heading == section)
            .Text.Split('\n')
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Select(line => Plain(line.Trim('|').Split('|', StringSplitOptions.TrimEntries)[column]))
            .Where(cell =>
                cell.Length > 0 && cell is not ("what the library does" or "stored in the profile" or "removed")
            );

    private static IEnumerable<(string Heading, string Text)> SectionsOf(string path) =>
        Heading()
            .Split(File.ReadAllText(Path.Combine(RepositoryRoot.Path, path)))
            .Skip(1)
            .Chunk(2)
            .Select(parts => (parts[0].Trim(), parts[1]));

    /// <summary>Without links, emphasis and line ends.</summary>
    private static string Plain(string text) =>
        Blank().Replace(Link().Replace(text, "$1").Replace("**", "", StringComparison.Ordinal), " ").Trim();

    private static IEnumerable<ClassDeclarationSyntax> TypesIn(string folder) =>
        Directory
            .EnumerateFiles(Path.Combine(RepositoryRoot.Path, folder), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"))
            .SelectMany(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file)).GetRoot().DescendantNodes())
            .OfType<ClassDeclarationSyntax>();

    private static IEnumerable<string> TestsOf(ClassDeclarationSyntax type) =>
        type
            .Members.OfType<MethodDeclarationSyntax>()
            .Where(method =>
                method
                    .AttributeLists.SelectMany(list => list.Attributes)
                    .Any(attribute => TestAttribute().IsMatch(attribute.Name.ToString()))
            )
            .Select(method => $"{type.Identifier.Text}.{method.Identifier.Text}");

    /// <summary>The methods in the list of cases.</summary>
    private static IEnumerable<string> CasesOf(ClassDeclarationSyntax type)
    {
        var listed = type
            .Members.OfType<PropertyDeclarationSyntax>()
            .Where(property => property.Identifier.Text == "All")
            .SelectMany(property => property.DescendantNodes().OfType<IdentifierNameSyntax>())
            .Select(name => name.Identifier.Text)
            .ToHashSet(StringComparer.Ordinal);
        return type
            .Members.OfType<MethodDeclarationSyntax>()
            .Select(method => method.Identifier.Text)
            .Where(listed.Contains)
            .Select(name => $"{type.Identifier.Text}.{name}");
    }

    [GeneratedRegex("^#{2,} (.*)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blank();

    [GeneratedRegex("`(?<name>[^`]+)`")]
    private static partial Regex Name();

    [GeneratedRegex("(Fact|Theory)$")]
    private static partial Regex TestAttribute();

    private sealed record Promise(string Section, string Words, string[] Tests);
}
