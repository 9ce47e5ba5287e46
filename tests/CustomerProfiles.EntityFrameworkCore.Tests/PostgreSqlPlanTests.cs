using System.Reflection;
using System.Text.RegularExpressions;
using CustomerProfiles.EntityFrameworkCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Xunit.Abstractions;

namespace CustomerProfiles.EntityFrameworkCore.Tests;

/// <summary>
/// No statement scans a table that grows, whatever statistics the planner had when it was first planned. The server
/// itself reports the plans of each statement as it runs, on the connections of the store.
/// </summary>
public sealed partial class PostgreSqlPlanTests(ITestOutputHelper output)
{
    private const int Customers = 50_000;

    /// <summary>
    /// Npgsql prepares a statement at its fifth use, and PostgreSQL chooses a permanent plan at the sixth use after
    /// that.
    /// </summary>
    private const int UsesUntilSettled = 12;

    /// <summary>A server that reports plans, without automatic analysis.</summary>
    private static readonly PostgreSqlSettings Reporting = new()
    {
        Lines =
        [
            "autovacuum = off",
            "session_preload_libraries = 'auto_explain'",
            "auto_explain.log_min_duration = 0",
            "auto_explain.log_nested_statements = on",
            "auto_explain.log_format = json",
            "auto_explain.log_level = notice",
        ],
    };

    /// <summary>The connection string of the host.</summary>
    public enum Connecting
    {
        ReadyMade,
        ThroughTransactionPooler,
        OwnContext,
        OwnContextThatPrepares,
    }

    [PostgreSqlTheory(throwAway: true)]
    [InlineData(Connecting.ReadyMade)]
    [InlineData(Connecting.ThroughTransactionPooler)]
    [InlineData(Connecting.OwnContext)]
    [InlineData(Connecting.OwnContextThatPrepares)]
    public async Task Statements_have_good_plans_on_tables_that_were_never_analysed(Connecting connecting)
    {
        await using var server = await PostgreSqlServer.StartNewAsync(Reporting);
        await using var database = new PostgreSqlTestDatabase(await server.CreateDatabaseAsync());
        await FillAsync(database);
        await using var host = HostOf(database, connecting);

        await using var session = await StatementRuns.OpenAsync(host);
        await session.RunAllAsync(UsesUntilSettled);

        RefuseScans(await session.RunAllAsync(1));
    }

    [PostgreSqlTheory(throwAway: true)]
    [InlineData(Connecting.ReadyMade, "vacuum analyze")]
    [InlineData(Connecting.ThroughTransactionPooler, "vacuum analyze")]
    [InlineData(Connecting.OwnContext, "vacuum analyze")]
    [InlineData(Connecting.OwnContextThatPrepares, "vacuum analyze")]
    [InlineData(Connecting.ReadyMade, "select 'nothing'")]
    [InlineData(Connecting.OwnContextThatPrepares, "select 'nothing'")]
    public async Task An_open_connection_keeps_good_plans_when_empty_tables_fill(Connecting connecting, string before)
    {
        await using var server = await PostgreSqlServer.StartNewAsync(Reporting);
        await using var database = new PostgreSqlTestDatabase(await server.CreateDatabaseAsync());
        await database.Host().GetRequiredService<IProfileDatabase>().UpgradeAsync();
        await database.ExecuteAsync(before);
        await using var host = HostOf(database, connecting);
        await using var session = await StatementRuns.OpenAsync(host);
        await session.RunAllAsync(UsesUntilSettled);
        var process = session.Process;

        await FillAsync(database);
        var scanned = await ScannedRowsAsync(database);
        var plans = await session.RunAllAsync(1);

        session.Process.Should().Be(process, "it is about a connection that has its plans already");
        RefuseScans(plans);
        await session.DisposeAsync();
        (await ScannedRowsAsync(database)).Should().BeLessThan(scanned + Customers, "no statement reads all customers");
    }

    /// <summary>
    /// A tenant with many customers, each with an identity, a conversation, an ended check and a suppressed address.
    /// </summary>
    private static async Task FillAsync(PostgreSqlTestDatabase database)
    {
        await database.Store().CreateAsync("seed@example.com", StoreCalls.Provider);
        await database
            .Store()
            .SetSuppressedAsync(default, StoreCalls.IdentityOf("suppressed@example.com"), suppressed: true, default);
        await database.ExecuteAsync(
            "insert into cp_properties (tenant, customer_id, key, value) "
                + "select tenant, customer_id, 'plan', 'gold' from cp_activity"
        );
        string Copies(string table, string values) =>
            $"""
                insert into {table} select r.* from (select t as row from {table} t limit 1) s cross
                    join generate_series(1, {Customers}) n
                cross join lateral jsonb_populate_record(s.row, jsonb_build_object({values})) r;
                """;
        const string id = "'customer_id', md5(n::text)::uuid";

        // As a restored dump does it, without triggers and foreign keys.
        await database.ExecuteAsync(
            $"""
            set session_replication_role = replica;
            {Copies("cp_customers", "'id', md5(n::text)::uuid")}
            {Copies("cp_activity", id + ", 'changed_at', now() - n * interval '1 s'")}
            {Copies("cp_search", id + ", 'name', n || '@example.com', 'text', n || '@example.com'")}
            {Copies("cp_properties", id)}
            {Copies("cp_identities", id + ", 'value', n || '@example.com'")}
            {Copies("cp_conversations", id + ", 'conversation_id', n::text")}
            {Copies("cp_checks", id + ", 'is_pending', n % 1000 = 0")}
            {Copies("cp_suppressions", "'value', n || '@example.net'")}
            """
        );
    }

    private static async Task<long> ScannedRowsAsync(PostgreSqlTestDatabase database) =>
        await database.ValueAsync<long>("select coalesce(sum(seq_tup_read), 0)::bigint from pg_stat_user_tables");

    private static ServiceProvider HostOf(PostgreSqlTestDatabase database, Connecting connecting)
    {
        var builder = new ServiceCollection().AddCustomerProfiles();
        var one = $"{database.ConnectionString};Maximum Pool Size=1";
        if (connecting is Connecting.ReadyMade or Connecting.ThroughTransactionPooler)
        {
            builder.UsePostgreSql(
                one,
                options => options.TransactionPooler = connecting == Connecting.ThroughTransactionPooler
            );
        }
        else
        {
            var prepared = connecting == Connecting.OwnContextThatPrepares ? 64 : 0;
            builder.UseEntityFrameworkCore<CustomerProfilesDbContext>();
            builder.Services.AddPooledDbContextFactory<CustomerProfilesDbContext>(context =>
                context.UseNpgsql($"{one};Max Auto Prepare={prepared}")
            );
        }

        return builder.Services.BuildServiceProvider();
    }

    private void RefuseScans(IReadOnlyList<StatementPlan> plans)
    {
        foreach (var plan in plans)
        {
            output.WriteLine(
                $"{plan.Statement}: "
                    + $"{string.Join("; ", plan.Nodes.Where(node => node.Table is not null || node.Index is not null))}"
            );
        }

        plans
            .Select(plan => plan.Statement)
            .Should()
            .Contain([nameof(StoreStatements.Find), nameof(StoreStatements.Update), nameof(StoreStatements.Claim)]);
        string.Join(
                Environment.NewLine,
                plans.SelectMany(plan =>
                    plan.Nodes.Where(node => !IsGood(plan, node)).Select(node => $"{plan.Statement}: {node}")
                )
            )
            .Should()
            .BeEmpty();
    }

    private static bool IsGood(StatementPlan plan, PlanNode node)
    {
        // A list is ordered by its index.
        if (plan.Statement.StartsWith(nameof(StoreStatements.List), StringComparison.Ordinal))
        {
            return node.Type is not "Seq Scan" and not "Sort" and not "Bitmap Heap Scan";
        }

        // Some customers in the order of the index, up to the limit.
        if (plan.Statement == nameof(StoreStatements.RemoveConversations) && node.Index == "pk_cp_customers")
        {
            return node.Type is "Index Only Scan" or "Index Scan";
        }

        // These tables stay small: a row for each provider of a tenant, a day of a provider, the schema.
        if (
            node.Table is "cp_provider_settings" or "cp_budget_usage" or "cp_schema" or "cp_migrations"
            || node.Index?.Contains("provider_settings", StringComparison.Ordinal) == true
        )
        {
            return true;
        }

        if (node.Type.Contains("Index", StringComparison.Ordinal))
        {
            // The index of pending checks contains only the queue.
            return node.Index!.Contains("pending", StringComparison.Ordinal)
                || Equal()
                    .Matches(node.Condition ?? "")
                    .Concat(SingleValue().Matches(node.Condition ?? ""))
                    .Any(column => column.Groups[1].Value is "id" or "customer_id" or "value");
        }

        return node.Type != "Seq Scan" || node.Table?.StartsWith("cp_", StringComparison.Ordinal) != true;
    }

    [GeneratedRegex(@"\(+(\w+)\)?(?:::\w+)? = ")]
    private static partial Regex Equal();

    [GeneratedRegex(@"\(+(\w+) >= ([^)]+)\) AND \(\1 <= \2\)")]
    private static partial Regex SingleValue();
}
