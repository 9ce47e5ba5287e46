using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;

namespace CustomerProfiles.EntityFrameworkCore.Tests.Support;

/// <summary>How SQLite would carry out a statement, and whether that takes longer as the file grows.</summary>
internal sealed partial class SqlitePlan
{
    /// <summary>Which columns of an index a search has to use. Fewer are a part of the table that grows.</summary>
    private static readonly Dictionary<string, string[]> Searches = new(StringComparer.Ordinal)
    {
        ["sqlite_autoindex_cp_customers_1"] = ["tenant=? AND id=?"],
        ["sqlite_autoindex_cp_identities_1"] = ["tenant=? AND kind=? AND value=?"],
        ["ix_cp_identities_customer"] = ["tenant=? AND customer_id=?"],
        ["sqlite_autoindex_cp_conversations_1"] = ["tenant=? AND customer_id=? AND conversation_id=?"],
        ["sqlite_autoindex_cp_checks_1"] = ["tenant=? AND customer_id=?", "tenant=? AND customer_id=? AND provider=?"],
        ["ix_cp_customers_suppressed"] = ["tenant=? AND id=? AND suppression_generation>?"],
        ["ix_cp_checks_pending"] = ["available_from<?"],
        ["sqlite_autoindex_cp_suppressions_1"] = ["tenant=? AND kind=? AND value=?"],
        ["sqlite_autoindex_cp_spending_1"] = ["provider=? AND period=? AND shard=?"],

        // A tenant has as many switches as the host has providers.
        ["sqlite_autoindex_cp_switches_1"] = ["tenant=?", "tenant=? AND provider=?"],
    };

    /// <summary>What reads more than a few rows, and may.</summary>
    private static readonly (string Statement, string Step)[] Allowed =
    [
        // One row, and the catalogue.
        ("SchemaVersion", "SEARCH cp_schema"),
        ("FindSchema", "SCAN sqlite_master"),
        // SQLite looks for rows that refer to a new customer already.
        (
            "Create",
            "SEARCH cp_conversations USING COVERING INDEX sqlite_autoindex_cp_conversations_1 (tenant=? AND "
                + "customer_id=?)"
        ),
        // The queue of pending checks, which is what they are about.
        ("CountPending", "SCAN k USING INDEX ix_cp_checks_pending"),
        ("CountPending", "USE TEMP B-TREE FOR GROUP BY"),
        // Where the thousand end that are looked at: a result of one row.
        ("EndUnwanted", "SCAN bound"),
        // In the order of the index, up to the limit.
        ("List, first page", "SEARCH c USING INDEX sqlite_autoindex_cp_customers_1 (tenant=?)"),
        ("List, next page", "SEARCH c USING INDEX sqlite_autoindex_cp_customers_1 (tenant=? AND id>?)"),
        // A search reads every profile of the tenant.
        (
            $"{NamedStatements.SearchPrefix}, first page",
            "SEARCH c USING INDEX sqlite_autoindex_cp_customers_1 (tenant=?)"
        ),
        (
            $"{NamedStatements.SearchPrefix}, next page",
            "SEARCH c USING INDEX sqlite_autoindex_cp_customers_1 (tenant=? AND id>?)"
        ),
    ];

    private readonly string _statement;

    private SqlitePlan(string statement, string[] steps)
    {
        _statement = statement;
        Steps = steps;
    }

    public string[] Steps { get; }

    /// <summary>The steps that read what grows; and those that nobody has thought about yet.</summary>
    public IEnumerable<string> Refused => Steps.Where((step, index) => !IsHarmless(step, index));

    /// <summary>The plans of a batch, one after the other.</summary>
    public static async Task<SqlitePlan> ReadAsync(SqliteConnection connection, string name, string batch)
    {
        var steps = new List<string>();
        foreach (
            var statement in batch.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        )
        {
            await using var command = connection.CreateCommand();
            command.CommandText = $"explain query plan {statement}";
            foreach (var parameter in Parameter().Matches(statement).Select(match => match.Value).Distinct())
            {
                command.Parameters.AddWithValue(parameter, DBNull.Value);
            }

            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                steps.Add((string)reader["detail"]);
            }
        }

        return new SqlitePlan(name, [.. steps]);
    }

    public override string ToString() => $"{_statement}\n{string.Concat(Steps.Select(step => $"    {step}\n"))}";

    private bool IsHarmless(string step, int index)
    {
        if (Allowed.Contains((_statement, step)))
        {
            return true;
        }

        if (Search().Match(step) is { Success: true } search)
        {
            return Searches.TryGetValue(search.Groups["index"].Value, out var columns)
                && columns.Contains(search.Groups["columns"].Value);
        }

        // A name is that of a table, or of what this very statement has made: of each of those one scan.
        if (ScanOfResult().Match(step) is { Success: true } scan)
        {
            var name = scan.Groups["name"].Value;
            var scans = Steps.Take(index + 1).Count(other => ScanOfResult().Match(other).Groups["name"].Value == name);
            return scans <= Steps.Count(other => other == $"CO-ROUTINE {name}" || other == $"MATERIALIZE {name}");
        }

        return Harmless().IsMatch(step);
    }

    [GeneratedRegex("@[a-z_0-9]+")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"^SEARCH \S+ USING (COVERING )?INDEX (?<index>\S+) \((?<columns>.*)\)( LEFT-JOIN)?$")]
    private static partial Regex Search();

    [GeneratedRegex("^SCAN (?<name>[a-z]+)( LEFT-JOIN)?$")]
    private static partial Regex ScanOfResult();

    /// <summary>The lists that a call hands over, results of one row, and the joints of a plan.</summary>
    [GeneratedRegex(
        @"^(SCAN \S+ VIRTUAL TABLE INDEX \d+:|SCAN CONSTANT ROW|(CORRELATED )?(SCALAR|LIST) SUBQUERY \d+"
            + "|CREATE BLOOM FILTER|(CO-ROUTINE|MATERIALIZE) [a-z]+|USE TEMP B-TREE FOR DISTINCT)( LEFT-JOIN)?$"
    )]
    private static partial Regex Harmless();
}
