using System.Data.Common;
using CustomerProfiles.EntityFrameworkCore.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace CustomerProfiles.EntityFrameworkCore.Tests;

/// <summary>
/// A range of a custom property is a range of its index, so the cost of a search depends on how many are within it.
/// </summary>
public sealed class PropertyRangeIndexTests
{
    private const string Index = "ix_cp_properties_value";

    /// <summary>As many properties as many customers have.</summary>
    private const string Others = """
        with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < 20000)
        insert into cp_properties (tenant, customer_id, key, value)
        select a.tenant, a.customer_id, 'other-' || n, 'N25' || (n % 10) || n from cp_activity a cross join numbers
        """;

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task A_range_of_numbers_is_read_by_the_index_of_values(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var search = new SearchCommand();
        var store = database.Store(search);
        await store.CreateAsync("ada@example.com");
        await database.ExecuteAsync(Others);
        if (kind == DatabaseKind.PostgreSql)
        {
            await database.ExecuteAsync("analyze");
        }

        foreach (
            var filter in new[]
            {
                new PropertyFilter { Key = "seats", Value = "5" },
                new PropertyFilter { Key = "seats", From = "5" },
                new PropertyFilter
                {
                    Key = "seats",
                    From = "-5",
                    To = "100.5",
                },
            }
        )
        {
            var query = new ProfileSearchQuery { Property = filter };
            await ((Stores.ISearchStore)store).SearchAsync(default, query, default);
            var plan = await PlanAsync(database.ConnectionString, kind, search);
            plan.Should().Contain(Index);
            if (kind == DatabaseKind.Sqlite)
            {
                var columns = filter.Value is null ? "tenant=? AND key=? AND value>? AND value<?" : "value=?";
                plan.Split('\n').Should().Contain(step => step.Contains(Index) && step.Contains(columns));
                plan.Split('\n').Count(step => step == "SCAN p").Should().Be(1, "the page itself is named p too");
            }
            else
            {
                plan.Should().NotMatchRegex("\"Seq Scan\"[^{}]*\"cp_properties\"");
            }
        }
    }

    /// <summary>The plan of the last search, with its parameters.</summary>
    private static async Task<string> PlanAsync(string connectionString, DatabaseKind kind, SearchCommand search)
    {
        await using DbConnection connection =
            kind == DatabaseKind.PostgreSql
                ? new NpgsqlConnection(connectionString)
                : new SqliteConnection(connectionString);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        var explain = kind == DatabaseKind.PostgreSql ? "explain (format json)" : "explain query plan";
        command.CommandText = $"{explain} {search.Text}";
        foreach (var read in search.Parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = read.Name;
            parameter.Value = read.Value;
            command.Parameters.Add(parameter);
        }

        await using var reader = await command.ExecuteReaderAsync();
        var plan = "";
        while (await reader.ReadAsync())
        {
            plan += reader[kind == DatabaseKind.PostgreSql ? 0 : reader.GetOrdinal("detail")] + "\n";
        }

        return plan;
    }

    /// <summary>Remembers the last statement that reads properties.</summary>
    private sealed class SearchCommand : DbCommandInterceptor
    {
        public string Text { get; private set; } = "";

        public (string Name, object Value)[] Parameters { get; private set; } = [];

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command,
            CommandEventData eventData,
            InterceptionResult<DbDataReader> result,
            CancellationToken cancellationToken = default
        )
        {
            if (command.CommandText.Contains("select p.step", StringComparison.Ordinal))
            {
                Text = command.CommandText[command.CommandText.IndexOf("with ", StringComparison.Ordinal)..];
                Parameters =
                [
                    .. command
                        .Parameters.Cast<DbParameter>()
                        .Select(parameter => (parameter.ParameterName, parameter.Value ?? DBNull.Value)),
                ];
            }

            return new(result);
        }
    }
}
