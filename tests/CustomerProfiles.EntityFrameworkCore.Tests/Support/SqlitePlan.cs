using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;

namespace CustomerProfiles.EntityFrameworkCore.Tests.Support;

/// <summary>The plan of SQLite for a statement, and whether its cost grows with the file.</summary>
internal sealed partial class SqlitePlan
{
    /// <summary>The columns of an index that a search must use. Fewer would read a growing part of the table.</summary>
    private static readonly Dictionary<string, string[]> Searches = new(StringComparer.Ordinal)
    {
        ["sqlite_autoindex_cp_customers_1"] = ["tenant=? AND id=?"],
        ["sqlite_autoindex_cp_identities_1"] = ["tenant=? AND kind=? AND value=?"],
        ["ix_cp_identities_customer"] = ["tenant=? AND customer_id=?"],
        ["sqlite_autoindex_cp_conversations_1"] = ["tenant=? AND customer_id=? AND conversation_id=?"],
        ["sqlite_autoindex_cp_activity_1"] = ["tenant=? AND customer_id=?"],
        ["ix_cp_search_customer"] = ["tenant=? AND customer_id=?"],
        ["ix_cp_tenants_tenant"] = ["tenant=?"],
        ["sqlite_autoindex_cp_properties_1"] = ["tenant=? AND customer_id=?", "tenant=? AND customer_id=? AND key=?"],
        ["sqlite_autoindex_cp_checks_1"] = ["tenant=? AND customer_id=?", "tenant=? AND customer_id=? AND provider=?"],
        ["ix_cp_customers_suppressed"] = ["tenant=? AND id=? AND suppression_generation>?"],
        ["ix_cp_customers_merged"] = ["tenant=? AND merged_into=?"],
        ["sqlite_autoindex_cp_merges_1"] = ["tenant=? AND id=?"],
        ["ix_cp_merges_from"] = ["tenant=? AND from_id=?"],
        ["ix_cp_merges_into"] = ["tenant=? AND into_id=?"],
        ["sqlite_autoindex_cp_erasures_1"] = ["tenant=? AND customer_id=?"],
        ["sqlite_autoindex_cp_erasure_marks_1"] = ["tenant=? AND hash=?"],
        ["sqlite_autoindex_cp_erasure_guards_1"] = ["tenant=? AND hash=?"],
        ["sqlite_autoindex_cp_match_keys_1"] = ["tenant=? AND key=?", "tenant=? AND key=? AND customer_id=?"],
        ["ix_cp_match_keys_customer"] = ["tenant=? AND customer_id=?"],
        ["sqlite_autoindex_cp_not_duplicates_1"] = ["tenant=? AND one_id=?"],
        ["ix_cp_not_duplicates_other"] = ["tenant=? AND other_id=?"],
        ["ix_cp_suppressions_merge"] = ["tenant=? AND merge_id=?"],
        ["ix_cp_checks_pending"] = ["available_from<?"],
        ["sqlite_autoindex_cp_suppressions_1"] = ["tenant=? AND kind=? AND value=?"],
        ["sqlite_autoindex_cp_event_queues_1"] = ["tenant=? AND customer_id=?"],
        ["sqlite_autoindex_cp_events_1"] =
        [
            "tenant=? AND customer_id=? AND sequence=?",
            "tenant=? AND customer_id=? AND sequence<?",
        ],
        ["sqlite_autoindex_cp_property_definitions_1"] = ["tenant=?"],
        ["sqlite_autoindex_cp_features_1"] = ["name=?"],
        ["sqlite_autoindex_cp_budget_usage_1"] = ["provider=? AND period=? AND shard=?"],

        // A customer has as many changes as the host keeps.
        ["sqlite_autoindex_cp_history_1"] = ["tenant=? AND customer_id=?", "tenant=? AND customer_id=? AND number<?"],

        // A tenant has as many settings as the host has providers.
        ["sqlite_autoindex_cp_provider_settings_1"] = ["tenant=?", "tenant=? AND provider=?"],
    };

    /// <summary>Steps that may read more than a few rows.</summary>
    private static readonly (string Statement, string Step)[] Allowed =
    [
        // One row, and the catalogue.
        ("SchemaVersion", "SEARCH cp_schema"),
        ("FindSchema", "SCAN sqlite_master"),
        // SQLite checks for rows that already refer to a new customer.
        (
            "Create",
            "SEARCH cp_conversations USING COVERING INDEX sqlite_autoindex_cp_conversations_1 (tenant=? AND "
                + "customer_id=?)"
        ),
        (
            "Add",
            "SEARCH cp_conversations USING COVERING INDEX sqlite_autoindex_cp_conversations_1 (tenant=? AND "
                + "customer_id=?)"
        ),
        ("FindTable", "SCAN sqlite_master"),
        // Some customers in the order of the index, and the records of each, sorted by their age.
        ("RemoveConversations", "SEARCH c USING COVERING INDEX sqlite_autoindex_cp_customers_1 (tenant=? AND id>?)"),
        (
            "RemoveConversations",
            "SEARCH t USING INDEX sqlite_autoindex_cp_conversations_1 (tenant=? AND customer_id=?)"
        ),
        (
            "RemoveConversations",
            "SEARCH n USING INDEX sqlite_autoindex_cp_conversations_1 (tenant=? AND customer_id=?)"
        ),
        ("RemoveConversations", "USE TEMP B-TREE FOR ORDER BY"),
        (
            "RemoveConversations",
            "SEARCH cp_conversations USING INDEX sqlite_autoindex_cp_conversations_1 (tenant=? AND customer_id=?)"
        ),
        (
            "RemoveConversations",
            "SEARCH cp_conversations USING COVERING INDEX sqlite_autoindex_cp_conversations_1 (tenant=? AND "
                + "customer_id=?)"
        ),
        // Everything about one customer, in an order that a person reads.
        ("GetRecord", "SEARCH o USING INDEX sqlite_autoindex_cp_conversations_1 (tenant=? AND customer_id=?)"),
        ("GetRecord", "USE TEMP B-TREE FOR ORDER BY"),
        // The ids that a customer has absorbed, and the merges of them.
        ("GetSides", "USE TEMP B-TREE FOR ORDER BY"),
        ("GetMerge", "USE TEMP B-TREE FOR ORDER BY"),
        ("GetMerges", "USE TEMP B-TREE FOR ORDER BY"),
        ("Erase", "USE TEMP B-TREE FOR ORDER BY"),
        // The records of those who are erased are counted, and deleted.
        ("Erase", "SEARCH t USING COVERING INDEX sqlite_autoindex_cp_conversations_1 (tenant=? AND customer_id=?)"),
        (
            "Erase",
            "SEARCH cp_conversations USING COVERING INDEX sqlite_autoindex_cp_conversations_1 (tenant=? AND "
                + "customer_id=?)"
        ),
        ("FindGuarded", "SEARCH t USING INDEX sqlite_autoindex_cp_conversations_1 (tenant=? AND customer_id=?)"),
        // From one key to the next, of whom there are few.
        ("GetMarkKeys", "SETUP"),
        ("GetMarkKeys", "RECURSIVE STEP"),
        ("GetMarkKeys", "SCAN u"),
        ("GetMarkKeys", "SEARCH m USING COVERING INDEX ix_cp_erasure_marks_key (key_id>?)"),
        // In the order of the index, up to the limit.
        ("RemoveGuards", "SEARCH g USING INDEX ix_cp_erasure_guards_until (tenant=? AND guarded_until<?)"),
        ("GetRetained", "SEARCH c USING INDEX sqlite_autoindex_cp_customers_1 (tenant=? AND id>?)"),
        ("GetErasures", "SEARCH e USING INDEX ix_cp_erasures_receipts (tenant=? AND (erased_at,erasure_id)>(?,?))"),
        ("LapseMerges", "SEARCH m USING INDEX ix_cp_merges_undoable (tenant=? AND merged_at<?)"),
        // The last conversation of one customer.
        ("Unmerge", "SEARCH t USING INDEX sqlite_autoindex_cp_conversations_1 (tenant=? AND customer_id=?)"),
        // In the order of the index, up to the limit.
        ("Claim events", "SEARCH q USING COVERING INDEX ix_cp_event_queues_available (available_from<?)"),
        ("Claim events", "SEARCH cp_event_queues USING INDEX ix_cp_event_queues_available (available_from<?)"),
        ("Claim events", "SEARCH cp_event_queues USING COVERING INDEX ix_cp_event_queues_available (available_from<?)"),
        ("Claim events", "SCAN bound"),
        ("Claim events", "SEARCH o USING INDEX sqlite_autoindex_cp_events_1 (tenant=? AND customer_id=?)"),
        ("GetStopped", "SEARCH q USING INDEX ix_cp_event_queues_available (available_from=?)"),
        ("GetStopped", "SEARCH e USING INDEX sqlite_autoindex_cp_events_1 (tenant=? AND customer_id=?)"),
        ("GetStopped", "SEARCH e USING COVERING INDEX sqlite_autoindex_cp_events_1 (tenant=? AND customer_id=?)"),
        ("Restart", "SEARCH e USING COVERING INDEX sqlite_autoindex_cp_events_1 (tenant=? AND customer_id=?)"),
        // All events, which are what it removes, and the queues that have any.
        ("Clear", "SCAN cp_events"),
        ("Clear", "SEARCH cp_event_queues USING INDEX ix_cp_event_queues_available (available_from>?)"),
        ("Clear", "SEARCH cp_event_queues USING COVERING INDEX ix_cp_event_queues_available (available_from>?)"),
        // The queue of pending checks, which is their subject.
        ("CountPending", "SCAN k USING INDEX ix_cp_checks_pending"),
        ("CountPending", "USE TEMP B-TREE FOR GROUP BY"),
        // The end of the batch: a result of one row.
        ("EndUnwanted", "SCAN bound"),
        // In the order of the index, up to the limit.
        ("List, first page", "SEARCH c USING INDEX sqlite_autoindex_cp_customers_1 (tenant=?)"),
        ("List, next page", "SEARCH c USING INDEX sqlite_autoindex_cp_customers_1 (tenant=? AND id>?)"),
    ];

    private readonly string _statement;

    private SqlitePlan(string statement, string[] steps)
    {
        _statement = statement;
        Steps = steps;
    }

    public string[] Steps { get; }

    /// <summary>The steps that read a growing table, and unknown steps.</summary>
    public IEnumerable<string> Refused => Steps.Where((step, index) => !IsHarmless(step, index));

    /// <summary>The plans of the statements of a batch.</summary>
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

        // A name is a table or a result of this statement, which is scanned once.
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

    /// <summary>Parameter lists, results of one row, and structural steps of a plan.</summary>
    [GeneratedRegex(
        @"^(SCAN \S+ VIRTUAL TABLE INDEX \d+:|SCAN CONSTANT ROW|((CORRELATED|REUSE) )?(SCALAR|LIST) SUBQUERY \d+"
            + @"|SEARCH \S+ USING INTEGER PRIMARY KEY \(rowid=\?\)"
            + "|COMPOUND QUERY|LEFT-MOST SUBQUERY|UNION ALL"
            + "|CREATE BLOOM FILTER|(CO-ROUTINE|MATERIALIZE) [a-z]+|USE TEMP B-TREE FOR DISTINCT"
            + @"|(CO-ROUTINE|SCAN) \(subquery-\d+\))( LEFT-JOIN)?$"
    )]
    private static partial Regex Harmless();
}
