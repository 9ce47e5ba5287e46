namespace CustomerProfiles.Observability.Tests;

/// <summary>The tables of docs/operate/observability.md, by the headings of their columns.</summary>
internal static class ObservabilityPage
{
    private static readonly string[] Lines = File.ReadAllLines(
        Path.Combine(RepositoryRoot.Path, "docs", "operate", "observability.md")
    );

    /// <summary>The cells of a table, row by row.</summary>
    public static string[][] Table(params string[] columns)
    {
        var head = $"| {string.Join(" | ", columns)} |";
        var rows = Lines
            .SkipWhile(line => line != head)
            .Skip(2)
            .TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries))
            .ToArray();
        rows.Should().NotBeEmpty($"the page has the table {head}").And.OnlyContain(row => row.Length == columns.Length);
        return rows;
    }

    /// <summary>What stands between back quotes.</summary>
    public static string[] Codes(string cell) => [.. cell.Split('`').Where((_, i) => i % 2 == 1)];
}
