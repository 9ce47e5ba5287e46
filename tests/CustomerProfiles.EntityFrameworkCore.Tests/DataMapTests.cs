using System.Text.RegularExpressions;
using CustomerProfiles.EntityFrameworkCore.Tests.Support;

namespace CustomerProfiles.EntityFrameworkCore.Tests;

/// <summary>docs/operate/data-map.md says of every column what happens to it.</summary>
public sealed class DataMapTests
{
    private static readonly string[][] Rows =
    [
        .. File.ReadLines(Path.Combine(RepositoryRoot.Path, "docs", "operate", "data-map.md"))
            .Where(line => line.StartsWith("| `cp_", StringComparison.Ordinal))
            .Select(line => line.Trim('|', ' ').Split('|', StringSplitOptions.TrimEntries)),
    ];

    private static IEnumerable<string> Named => Rows.Select(row => row[0].Trim('`'));

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task Every_column_of_the_database_is_in_the_data_map_once(DatabaseKind kind)
    {
        var columns = await ColumnsAsync(kind);
        columns.Should().HaveCountGreaterThan(80);
        foreach (var column in columns)
        {
            Named.Where(name => Means(name, column)).Should().ContainSingle($"{column} has one row");
        }
    }

    [PostgreSqlFact]
    public async Task Every_row_of_the_data_map_is_about_a_column_that_a_database_has()
    {
        string[] columns = [.. await ColumnsAsync(DatabaseKind.Sqlite), .. await ColumnsAsync(DatabaseKind.PostgreSql)];
        Named.Where(name => !columns.Any(column => Means(name, column))).Should().BeEmpty();
    }

    [Fact]
    public void Every_row_of_the_data_map_says_what_each_of_the_five_does()
    {
        Rows.Should().OnlyContain(row => row.Length == 7 && row.All(cell => cell.Length > 0));
        Rows.Where(row => row[2].StartsWith("no", StringComparison.Ordinal))
            .Should()
            .OnlyContain(row => row[2].Contains(": "), "what an export leaves out has a reason");
    }

    /// <summary>Whether a row is about a column: the same one, or each of one table or of some.</summary>
    private static bool Means(string name, string column) =>
        Regex.IsMatch(column, $"^{Regex.Escape(name).Replace("\\*", "[^.]*", StringComparison.Ordinal)}$");

    private static async Task<string[]> ColumnsAsync(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        database.Host();
        await database.Store().GetProviderSettingsAsync(default, CancellationToken.None);
        var columns = await database.ValueAsync<string>(
            kind == DatabaseKind.Sqlite
                ? "select group_concat(t.name || '.' || c.name) from sqlite_master t "
                    + "join pragma_table_info(t.name) c where t.type = 'table' and t.name like 'cp\\_%' escape '\\'"
                : "select string_agg(table_name || '.' || column_name, ',') from information_schema.columns "
                    + "where table_name like 'cp\\_%'"
        );
        return columns.Split(',');
    }
}
