using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CustomerProfiles.Conventions.Tests;

/// <summary>Lines of code and prose have at most 120 columns, except those that cannot be broken.</summary>
public sealed partial class LineTests
{
    private const int Columns = 120;

    [Fact]
    public void A_line_of_code_has_at_most_120_columns() => TooLong(".cs", LongLinesOfCode).Should().BeEmpty();

    [Fact]
    public void A_line_of_prose_has_at_most_120_columns() =>
        TooLong(".md", (_, prose) => LongLinesOfProse(prose)).Should().BeEmpty();

    [Fact]
    public void A_long_line_of_code_is_found_unless_a_text_without_blanks_makes_it_long()
    {
        var word = new string('a', Columns);
        LongLinesOfCode("src/Long.cs", $"// {Words()}").Should().Equal(1);
        LongLinesOfCode("src/Long.cs", $"class Long\n{{\n    string _text = \"{Words()}\";\n}}").Should().Equal(3);
        LongLinesOfCode("src/Long.cs", $"class Long\n{{\n    string _text = \"{word}\";\n}}").Should().BeEmpty();
        LongLinesOfCode("src/Long.cs", $"class Long\n{{\n    int _{word};\n}}").Should().Equal(3);
        var document = $"class Long\n{{\n    string _text = \"\"\"\n        {Words()}\n        \"\"\";\n}}";
        LongLinesOfCode("src/Long.cs", document).Should().Equal(4);
        LongLinesOfCode("tests/Long.cs", document).Should().BeEmpty();
        LongLinesOfCode("src/Long.cs", $"/// <see href=\"https://example.com/{word}\"/>\nclass Long;")
            .Should()
            .BeEmpty();
    }

    [Fact]
    public void A_long_line_of_prose_is_found_unless_it_is_a_table_or_a_link_makes_it_long()
    {
        var link = $"https://example.com/{new string('a', Columns)}";
        LongLinesOfProse(Words()).Should().Equal(1);
        LongLinesOfProse($"# Title\n\n- {Words()}").Should().Equal(3);
        LongLinesOfProse($"| {Words()} |").Should().BeEmpty();
        LongLinesOfProse($"See [the page]({link}) for more.").Should().BeEmpty();
        LongLinesOfProse($"[![state]({link})]({link})").Should().BeEmpty();
        LongLinesOfProse($"[page]: {link}").Should().BeEmpty();
        LongLinesOfProse($"{Words()} [the page]({link})").Should().Equal(1);
    }

    private static string Words() => string.Join(' ', Enumerable.Repeat("word", 30));

    private static string TooLong(string extension, Func<string, string, IEnumerable<int>> longLines) =>
        string.Join(
            '\n',
            from file in Repository.FilesWith(extension)
            from line in longLines(file, Repository.Read(file))
            select $"{file}:{line}"
        );

    /// <summary>The numbers of the lines that are too long.</summary>
    private static IEnumerable<int> LongLinesOfCode(string file, string code)
    {
        var lines = code.Split('\n').Select(line => line.TrimEnd('\r')).ToArray();
        if (lines.All(line => line.Length <= Columns))
        {
            return [];
        }

        var tree = CSharpSyntaxTree.ParseText(code);
        var text = tree.GetText();
        return
        [
            .. Enumerable
                .Range(0, lines.Length)
                .Where(i =>
                    lines[i].Length > Columns && !IsExcepted(file, tree.GetRoot(), lines[i], text.Lines[i].Start)
                )
                .Select(i => i + 1),
        ];
    }

    private static IEnumerable<int> LongLinesOfProse(string prose) =>
        prose
            .Split('\n')
            .Select((line, i) => (Text: line.TrimEnd('\r'), Number: i + 1))
            .Where(line => line.Text.Length > Columns && !line.Text.StartsWith('|'))
            .Where(line => LinkTarget().Replace(line.Text, "").Length > Columns)
            .Select(line => line.Number);

    /// <summary>
    /// Whether the line cannot be broken: at the limit it has a text or an address without blanks, or, in a test or a
    /// sample, a raw text with a document such as JSON.
    /// </summary>
    private static bool IsExcepted(string file, SyntaxNode root, string line, int start)
    {
        var begin = line.LastIndexOf(' ', Columns - 1) + 1;
        var end = line.IndexOf(' ', begin) is var blank and > 0 ? blank : line.Length;
        if (line[begin..end].Contains("://", StringComparison.Ordinal))
        {
            return true;
        }

        var text = root.FindToken(start + Columns)
            .Parent!.AncestorsAndSelf()
            .OfType<ExpressionSyntax>()
            .FirstOrDefault(expression => expression is LiteralExpressionSyntax or InterpolatedStringExpressionSyntax);
        return text?.ToString() is { } source
            && text.Span.Contains(start + Columns)
            && (
                !source.Any(char.IsWhiteSpace)
                || (
                    source.TrimStart('$').StartsWith("\"\"\"", StringComparison.Ordinal)
                    && !file.StartsWith("src/", StringComparison.Ordinal)
                )
            );
    }

    [GeneratedRegex(@"\]\([^)\s]+\)|^\[[^\]]+\]: \S+")]
    private static partial Regex LinkTarget();
}
