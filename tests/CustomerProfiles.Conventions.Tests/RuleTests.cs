using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CustomerProfiles.Conventions.Tests;

/// <summary>Every rule of the README has tests that are named after it.</summary>
public sealed partial class RuleTests
{
    private static readonly Lazy<IReadOnlyList<SourceFile>> Tests = new(() =>
        Repository.SourcesIn(Path.Combine(Repository.Root, "tests"))
    );

    public static TheoryData<int> Rules => [.. DocumentedRules];

    private static int[] DocumentedRules =>
        [
            .. Rule()
                .Matches(Repository.Read("docs/guide/rules.md"))
                .Select(match => int.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture)),
        ];

    /// <summary>Rules have the numbers of the design, in which others stand between these.</summary>
    [Fact]
    public void The_rules_are_documented_by_number() =>
        DocumentedRules.Should().Equal([.. Enumerable.Range(1, 21), .. Enumerable.Range(23, 12)]);

    [Theory]
    [MemberData(nameof(Rules))]
    public void Every_rule_has_tests_of_its_name(int rule)
    {
        var tests = Tests
            .Value.SelectMany(source => source.Types)
            .OfType<ClassDeclarationSyntax>()
            .Where(type => type.Identifier.Text.StartsWith($"Rule{rule:00}_", StringComparison.Ordinal))
            .SelectMany(type => type.Members.OfType<MethodDeclarationSyntax>())
            .Where(method =>
                method
                    .AttributeLists.SelectMany(list => list.Attributes)
                    .Any(attribute => attribute.Name.ToString() is "Fact" or "Theory")
            );
        tests.Should().NotBeEmpty();
    }

    [GeneratedRegex(@"^## (?<number>\d+)\. ", RegexOptions.Multiline)]
    private static partial Regex Rule();
}
