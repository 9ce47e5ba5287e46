using CustomerProfiles.EntityFrameworkCore.Tests.Support;

namespace CustomerProfiles.EntityFrameworkCore.Tests;

/// <summary>docs/operate/data-map.md says of every column what happens to it.</summary>
public sealed class DataMapTests
{
    /// <summary>The tables without a row for each column.</summary>
    private static readonly string[] AboutNobody =
    [
        "cp_property_definitions",
        "cp_provider_settings",
        "cp_budget_usage",
        "cp_features",
        "cp_tenants",
        "cp_migrations",
        "cp_schema",
    ];

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
        columns.Should().HaveCountGreaterThan(100);
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

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task A_new_column_is_in_no_row_unless_its_table_is_about_nobody(DatabaseKind kind)
    {
        var columns = await ColumnsAsync(kind);
        var tables = columns.Select(column => column.Split('.')[0]).Distinct().ToArray();
        tables
            .Where(table => Named.Any(name => Means(name, $"{table}.new_column")))
            .Should()
            .BeSubsetOf(AboutNobody)
            .And.NotBeEmpty();
        tables.Except(AboutNobody).Should().HaveCountGreaterThan(14);
        AboutNobody.Should().NotContain(table => columns.Contains($"{table}.customer_id"));
    }

    [Fact]
    public void One_row_is_about_a_whole_table_only_when_the_table_is_about_nobody() =>
        Rows.Where(row => row[0].Contains('*'))
            .Select(row => (row[0], row[2]))
            .Should()
            .BeEquivalentTo(AboutNobody.Select(table => ($"`{table}.*`", "no: about nobody")));

    [Fact]
    public void Every_row_of_the_data_map_says_what_each_of_the_five_does()
    {
        Rows.Should().OnlyContain(row => row.Length == 7 && row.All(cell => cell.Length > 0));
        Rows.Where(row => row[2].StartsWith("no", StringComparison.Ordinal))
            .Should()
            .OnlyContain(row => row[2].Contains(": "), "what an export leaves out has a reason");
    }

    /// <summary>Whether a row is about a column: the same one, or each of its table.</summary>
    private static bool Means(string name, string column) => name == column || name == $"{column.Split('.')[0]}.*";

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
