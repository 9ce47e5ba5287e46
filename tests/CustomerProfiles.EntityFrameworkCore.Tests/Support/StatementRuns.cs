using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Npgsql;

namespace CustomerProfiles.EntityFrameworkCore.Tests.Support;

/// <summary>One node of a plan.</summary>
internal sealed record PlanNode(string Type, string? Table, string? Index, string? Condition)
{
    public override string ToString() => $"{Type} {Table} {Index} {Condition}".Trim();
}

/// <summary>The work of the server for one statement, including foreign key checks.</summary>
internal sealed record StatementPlan(string Statement, IReadOnlyList<PlanNode> Nodes);

/// <summary>
/// Runs every statement of the store on its own connection, and collects the plans that auto_explain reports.
/// Everything is rolled back.
/// </summary>
internal sealed partial class StatementRuns : IAsyncDisposable
{
    private const string Gathered = "Gathered ";

    private const string Search = """
        {"name":"n","company":"","has_photo":false,"text":"n","prefixes":"n",
        "properties":[["plan","gold"]],"match_keys":[1,2]}
        """;

    private const string Checks = """[["one",0,"no-match",0,true,null,null,null,0,0,1,true,0]]""";

    private readonly CustomerProfilesDbContext _context;
    private readonly StoreSql _sql;
    private readonly List<string> _reported = [];

    private StatementRuns(CustomerProfilesDbContext context, StoreSql sql)
    {
        _context = context;
        _sql = sql;
        Connection.Notice += (_, notice) => _reported.Add(notice.Notice.MessageText);
    }

    /// <summary>The back end of the connection.</summary>
    public int Process { get; private set; }

    private NpgsqlConnection Connection => (NpgsqlConnection)_context.Database.GetDbConnection();

    public static async Task<StatementRuns> OpenAsync(IServiceProvider host)
    {
        var sql = await host.GetRequiredService<ProfileDatabase<CustomerProfilesDbContext>>().ReadyAsync(default);
        return new StatementRuns(
            await host.GetRequiredService<IDbContextFactory<CustomerProfilesDbContext>>().CreateDbContextAsync(),
            sql
        );
    }

    /// <summary>Runs each statement this many times, one by one.</summary>
    /// <returns>The plans of the last run.</returns>
    public async Task<IReadOnlyList<StatementPlan>> RunAllAsync(int times)
    {
        var plans = new List<StatementPlan>();
        foreach (var (name, statement) in Statements())
        {
            for (var i = 0; i < times; i++)
            {
                _reported.Clear();
                try
                {
                    await RunAsync(name, statement);
                }
                catch (NpgsqlException exception)
                {
                    throw new InvalidOperationException($"{name} fails, or takes longer than a time-out.", exception);
                }
            }

            plans.Add(new StatementPlan(name, [.. _reported.SelectMany(NodesOf)]));
        }

        return plans;
    }

    public ValueTask DisposeAsync() => _context.DisposeAsync();

    private IEnumerable<(string Name, StoreStatement Statement)> Statements()
    {
        foreach (var property in typeof(StoreStatements).GetProperties())
        {
            if (property.GetValue(_sql.Statements) is StoreStatement statement)
            {
                yield return (property.Name, statement);
            }
            else if (property.GetValue(_sql.Statements) is StatementVariants forms)
            {
                // The name alone is that of the form which writes everything.
                for (var parts = OptionalWrites.None; parts < OptionalWrites.All; parts++)
                {
                    yield return ($"{property.Name} {parts}", forms[parts]);
                }

                yield return (property.Name, forms[OptionalWrites.All]);
            }
            else if (property.GetValue(_sql.Statements) is GatheredStatements gathered)
            {
                yield return ($"{Gathered}conversations", gathered.RecordConversations);
                yield return ($"{Gathered}customers", gathered.Create);
                yield return ($"{Gathered}additions", gathered.Add);
            }
            else if (
                property.GetValue(_sql.Statements)
                is MergingStatements
                    or ForgettingStatements
                    or EventStatements
                    or DuplicateStatements
            )
            {
                var group = property.GetValue(_sql.Statements)!;
                foreach (var one in group.GetType().GetProperties())
                {
                    if (one.GetValue(group) is StoreStatement part)
                    {
                        // Checks are claimed too.
                        yield return (one.Name == nameof(EventStatements.Claim) ? "Claim events" : one.Name, part);
                    }
                }
            }
            else if (property.GetValue(_sql.Statements) is Func<bool, StoreStatement> list)
            {
                yield return (property.Name, list(false));
                yield return ($"{property.Name} after", list(true));
            }
        }
    }

    private async Task RunAsync(string name, StoreStatement statement)
    {
        // The connection is opened and closed for each, as for each call of the store.
        var session = new StoreSession(_context, _sql.Dialect, isRetry: false, _sql.Writing);
        await using var transaction = await _context.Database.BeginTransactionAsync();
        Process = Connection.ProcessID;
        var states = await StatesAsync(session, name);
        var parameters = session.Parameters;
        foreach (
            var parameter in ParameterName().Matches(statement.Text).Select(match => match.Groups[1].Value).Distinct()
        )
        {
            var hasArrays =
                name is nameof(StoreStatements.Add) or nameof(EventStatements.Settle)
                || name.StartsWith(Gathered, StringComparison.Ordinal);
            if (hasArrays && parameter is not ("tenant" or "event"))
            {
                parameters.Many(parameter, Many(parameter));
            }
            else if (parameter is "from_state" or "state")
            {
                parameters.Text(parameter, states[parameter == "state" ? 1 : 0]);
            }
            else
            {
                Add(parameters, parameter, name);
            }
        }

        _reported.Clear();

        await session.QueryAllAsync(statement, parameters, _ => true, default);

        await transaction.RollbackAsync();
    }

    /// <summary>
    /// The states of the two customers of a merge as they are, so that it is written; any text when there is none yet.
    /// </summary>
    private async Task<string[]> StatesAsync(StoreSession session, string name)
    {
        if (name is not (nameof(MergingStatements.Merge) or nameof(MergingStatements.Unmerge)))
        {
            return [];
        }

        var parameters = session.Parameters;
        Add(parameters, "tenant", name);
        Add(parameters, "id", name);
        Add(parameters, "from", name);
        var states = await session.QueryAllAsync(
            _sql.Statements.Merging.GetSides,
            parameters,
            reader => reader.GetString(12),
            default
        );
        return states.Length == 2 ? [.. states] : ["none", "none"];
    }

    /// <summary>A batch of a known address and a new one.</summary>
    private static Array Many(string name) =>
        name switch
        {
            "kinds" => new[] { "email", "email" },
            "values" => new[] { "1@example.com", "gathered@example.org" },
            "conversations" => new[] { "new", "new" },
            "directions" => new[] { "received", "composed" },
            "ids" => new[] { Guid.NewGuid(), Guid.NewGuid() },
            "versions" => new[] { 1L, 1L },
            "profiles" => new[] { "{}", "{}" },
            "searches" => new[] { Search, Search },
            "identities" => new[] { "email:1@example.com", "email:gathered@example.org" },
            "identity_of" => new[] { 1L, 2L },
            "check_of" => new[] { 2L },
            "events" => new[] { null, "{}" },
            "hashes" => new[] { ErasureCalls.HashOf("1"), $"{ErasureCalls.HashOf("new")},{ErasureCalls.HashOf("2")}" },
            "tenants" => new[] { "default", "default" },
            "leases" => new[] { Guid.NewGuid(), Guid.NewGuid() },
            "delivered" => new[] { 1L, 0L },
            "attempts" => new[] { 0, 1 },
            "delays" => new[] { TimeSpan.Zero, TimeSpan.FromSeconds(1) },
            "stopped" => new[] { false, true },
            "providers" => new[] { StoreCalls.Provider },
            "created_at" or "updated_at" or "occurred_at" => new[]
            {
                StoreCalls.Now.ToDateTimeOffset(),
                StoreCalls.Now.ToDateTimeOffset(),
            },
            _ => throw new InvalidOperationException($"Say here what a batch has as {name}."),
        };

    /// <summary>
    /// A parameter as the store sends it. The row may or may not exist; the plan does not depend on that.
    /// </summary>
    private void Add(StoreParameters parameters, string name, string statement) =>
        _ = name switch
        {
            "tenant" => parameters.Tenant(default),
            "id" => parameters.Id(
                name,
                statement.StartsWith(nameof(StoreStatements.Create), StringComparison.Ordinal) ? Guid.NewGuid()
                    : statement is nameof(MergingStatements.Unmerge) or nameof(ForgettingStatements.Erase) ? Customer(4)
                    : Customer(1)
            ),
            "from" when statement == nameof(MergingStatements.Merge) => parameters.Id(name, Customer(5)),
            "from" when IsOfMerge(statement) => parameters.Id(name, Customer(3)),
            "merge" => parameters.Id(name, IsOfMerge(statement) ? Customer(3) : Guid.NewGuid()),
            "after" or "from" or "lease" or "marked_by" or "from_marked_by" or "erasure" => parameters.Id(
                name,
                Guid.NewGuid()
            ),
            "kind" => parameters.Text(name, "email"),
            "value" => parameters.Text(
                name,
                statement.StartsWith(nameof(StoreStatements.Create), StringComparison.Ordinal)
                    ? "new@example.org"
                    : "1@example.com"
            ),
            "kinds" => parameters.Texts(name, ["email", "email"]),
            "values" => parameters.Texts(name, ["1@example.com", "new@example.org"]),
            "identities" => parameters.Texts(name, ["email:1@example.com", "email:new@example.org"]),
            "provider" => parameters.Text(name, StoreCalls.Provider),
            "providers" => parameters.Texts(name, [StoreCalls.Provider]),
            "conversation" => parameters.Text(name, "new"),
            "direction" => parameters.Text(name, "received"),
            "version" when statement == nameof(ForgettingStatements.Erase) => parameters.Number(name, 1),
            "version" or "from_version" => parameters.Number(name, 2),
            "profile" or "from_profile" => parameters.Text(
                name,
                $$"""{"{{ProfileDocument.Identities}}":[],"values":[]}"""
            ),
            "search" or "from_search" => parameters.Text(name, Search),
            "change" or "from_change" or "journal" => parameters.Text(name, "a change"),
            "read" when statement == nameof(ForgettingStatements.RedactMerge) => parameters.Text(name, "a journal"),
            "case_reference" => parameters.Text(name, null),
            "includes_absorbed" => parameters.Flag(name, flag: true),
            "is_suppressed" => parameters.Flag(name, flag: false),
            "hashes" => parameters.Texts(name, [ErasureCalls.HashOf("1"), ErasureCalls.HashOf("new")]),
            "marks" => parameters.Text(
                name,
                MarksDocument.Write([ErasureCalls.Mark("1"), ErasureCalls.Mark("new", ErasureMarkKind.DoNotKeep)])
            ),
            "numbers" => parameters.Texts(name, ["1", "2"]),
            "read" => parameters.Texts(name, ["a change", "another"]),
            "replacements" => parameters.Texts(name, ["less", "nothing"]),
            "keys" => parameters.Texts(name, ["1", "2"]),
            "match_keys" => parameters.Text(name, $"""[["{Customer(1)}",1,[1,3]],["{Customer(2)}",1,[2]]]"""),
            "one" or "other" => parameters.Id(name, Customer(name == "one" ? 1 : 2)),
            "outcome" => parameters.Text(name, "no-match"),
            "failure" => parameters.Text(name, "unavailable"),
            "period" => parameters.Text(name, "2026-03"),
            "definitions" => parameters.Text(name, "[]"),
            "changed_by" or "by" => parameters.Text(name, "kim"),
            "checks" or "from_checks" => parameters.Text(name, Checks),
            "aliases" => parameters.Texts(name, [$"{Customer(7)}"]),
            "is_marked" or "from_is_marked" => parameters.Flag(name, flag: true),
            "is_enabled" or "is_on" => parameters.Flag(name, flag: false),
            "event" or "from_event" => parameters.Text(name, "{}"),
            "skips" => parameters.Flag(name, flag: true),
            "queues" or "events" => parameters.Number(name, 10),
            "sequence" => parameters.Number(name, 1),
            "most" or "from_most" => parameters.Number(name, 51),
            "uncounted" => parameters.Number(name, 0),
            "lease_for" => parameters.Duration(name, StoreCalls.Lease),
            "last" or "failed_at" or "retry_at" => parameters.Time(name, null),
            "now"
            or "clock"
            or "before"
            or "occurred_at"
            or "created_at"
            or "updated_at"
            or "changed_at"
            or "at"
            or "active_since"
            or "guard_since"
            or "guard_until"
            or "from_created_at"
            or "from_updated_at" => parameters.Time(name, StoreCalls.Now),
            "table" => parameters.Text(name, _sql.Tables.Customers),
            "schema" => parameters.Text(name, _sql.Tables.Schema),
            _ => throw new InvalidOperationException($"{statement} has a parameter @{name}: give it a value here."),
        };

    /// <summary>Whether a statement concerns the merge of customer 3 into customer 4.</summary>
    private static bool IsOfMerge(string statement) =>
        statement is nameof(MergingStatements.Unmerge) or nameof(ForgettingStatements.RedactMerge);

    /// <summary>The id of a customer of the plan tests, by their number.</summary>
    private static Guid Customer(int number) =>
#pragma warning disable CA5351 // It is no secret: PostgreSQL makes the same ids from the numbers.
        new(Convert.ToHexString(MD5.HashData(Encoding.UTF8.GetBytes($"{number}"))));
#pragma warning restore CA5351

    private static IEnumerable<PlanNode> NodesOf(string report)
    {
        var start = report.IndexOf('{', StringComparison.Ordinal);
        return start < 0 || !report.Contains("plan:", StringComparison.Ordinal)
            ? []
            : NodesOf(JsonDocument.Parse(report[start..]).RootElement.GetProperty("Plan"));
    }

    private static IEnumerable<PlanNode> NodesOf(JsonElement node)
    {
        string? Text(string name) => node.TryGetProperty(name, out var value) ? value.GetString() : null;
        yield return new PlanNode(
            Text("Node Type")!,
            Text("Relation Name"),
            Text("Index Name"),
            Text("Index Cond") ?? Text("Recheck Cond")
        );
        if (node.TryGetProperty("Plans", out var inner))
        {
            foreach (var found in inner.EnumerateArray().SelectMany(NodesOf))
            {
                yield return found;
            }
        }
    }

    [GeneratedRegex(@"@(\w+)")]
    private static partial Regex ParameterName();
}
