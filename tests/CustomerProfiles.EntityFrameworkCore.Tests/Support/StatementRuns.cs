using System.Data.Common;
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
        {"name":"n","company":"","has_photo":false,"text":"n","prefixes":"n","properties":[["plan","gold"]]}
        """;

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
            else if (property.GetValue(_sql.Statements) is GatheredStatements gathered)
            {
                yield return ($"{Gathered}conversations", gathered.RecordConversations);
                yield return ($"{Gathered}customers", gathered.Create);
                yield return ($"{Gathered}additions", gathered.Add);
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
        var parameters = session.Parameters;
        foreach (
            var parameter in ParameterName().Matches(statement.Text).Select(match => match.Groups[1].Value).Distinct()
        )
        {
            var hasArrays = name == nameof(StoreStatements.Add) || name.StartsWith(Gathered, StringComparison.Ordinal);
            if (hasArrays && parameter != "tenant")
            {
                parameters.Many(parameter, Many(parameter));
            }
            else
            {
                Add(parameters, parameter, name);
            }
        }

        await session.QueryAllAsync(statement, parameters, _ => true, default);

        await transaction.RollbackAsync();
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
                statement == nameof(StoreStatements.Create)
                    ? Guid.NewGuid()
                    : new Guid("c4ca4238a0b923820dcc509a6f75849b")
            ),
            "after" or "from" or "lease" => parameters.Id(name, Guid.NewGuid()),
            "kind" => parameters.Text(name, "email"),
            "value" => parameters.Text(
                name,
                statement == nameof(StoreStatements.Create) ? "new@example.org" : "1@example.com"
            ),
            "kinds" => parameters.Texts(name, ["email", "email"]),
            "values" => parameters.Texts(name, ["1@example.com", "new@example.org"]),
            "identities" => parameters.Texts(name, ["email:1@example.com", "email:new@example.org"]),
            "provider" => parameters.Text(name, StoreCalls.Provider),
            "providers" => parameters.Texts(name, [StoreCalls.Provider]),
            "conversation" => parameters.Text(name, "new"),
            "direction" => parameters.Text(name, "received"),
            "version" => parameters.Number(name, 2),
            "profile" => parameters.Text(name, $$"""{"{{ProfileDocument.Identities}}":[],"values":[]}"""),
            "search" => parameters.Text(name, Search),
            "change" => parameters.Text(name, "a change"),
            "numbers" => parameters.Texts(name, ["1", "2"]),
            "read" => parameters.Texts(name, ["a change", "another"]),
            "replacements" => parameters.Texts(name, ["less", "nothing"]),
            "outcome" => parameters.Text(name, "no-match"),
            "failure" => parameters.Text(name, "unavailable"),
            "period" => parameters.Text(name, "2026-03"),
            "changed_by" => parameters.Text(name, "kim"),
            "is_enabled" => parameters.Flag(name, flag: false),
            "most" => parameters.Number(name, 51),
            "uncounted" => parameters.Number(name, 0),
            "lease_for" => parameters.Duration(name, StoreCalls.Lease),
            "last" or "failed_at" or "retry_at" => parameters.Time(name, null),
            "now" or "clock" or "before" or "occurred_at" or "created_at" or "updated_at" or "changed_at" =>
                parameters.Time(name, StoreCalls.Now),
            "table" => parameters.Text(name, _sql.Tables.Customers),
            "schema" => parameters.Text(name, _sql.Tables.Schema),
            _ => throw new InvalidOperationException($"{statement} has a parameter @{name}: give it a value here."),
        };

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
