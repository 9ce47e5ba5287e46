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

    private const string EmptyReceipt = "{}";

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
    /// A tenant with many customers, each with an identity, a conversation, an ended check, a suppressed address and a
    /// queue of events. One of a hundred is absorbed, the queue of one of a hundred waits, and that of one of ten is
    /// stopped.
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
        const string Hash = "encode(sha256(convert_to(n::text, 'UTF8')), 'hex')";

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
            update cp_customers c set merged_into = md5((n + 1)::text)::uuid, merged_by = c.id
            from generate_series(3, {Customers}, 100) n where c.tenant = 'default' and c.id = md5(n::text)::uuid;
            insert into cp_merges (tenant, id, from_id, into_id, merged_at, merged_by, journal)
            select tenant, merged_by, id, merged_into, now(), 'kim', 'a journal' from cp_customers
            where merged_into is not null;
            insert into cp_match_keys (tenant, key, customer_id)
            select 'default', n / 3, md5(n::text)::uuid from generate_series(1, {Customers}) n;
            insert into cp_not_duplicates (tenant, one_id, other_id, marked_at, marked_by)
            select 'default', least(i.one, i.other), greatest(i.one, i.other), now(), 'kim'
            from generate_series(1, {Customers} - 1) n
            cross join lateral (select md5(n::text)::uuid as one, md5((n + 1)::text)::uuid as other) i;
            insert into cp_erasures (tenant, customer_id, erased_with, erasure_id, erased_at, receipt)
            select 'default', i.id, i.id, i.id, now() - n * interval '1 s', '{EmptyReceipt}'
            from generate_series(1, {Customers}) n cross join lateral (select md5('erased ' || n)::uuid as id) i;
            insert into cp_erasure_marks (tenant, hash, key_id, kind)
            select 'default', {Hash}, case when n % 2 = 0 then '2025' else '2026' end, 'do-not-look-up'
            from generate_series(1, {Customers}) n;
            insert into cp_erasure_guards (tenant, hash, guarded_until)
            select 'default', {Hash}, now() - n * interval '1 s' from generate_series(1, {Customers}) n;
            insert into cp_event_queues (tenant, customer_id, last_sequence, attempts, lease_id, available_from)
            select 'default', md5(n::text)::uuid, 3, 0, null, case when n % 100 = 0 then now() - n * interval '1 s'
                when n % 10 = 0 then 'infinity' end
            from generate_series(1, {Customers}) n;
            insert into cp_events (tenant, customer_id, sequence, event)
            select q.tenant, q.customer_id, s, '{EmptyReceipt}'
            from cp_event_queues q cross join generate_series(1, 3) s where q.available_from is not null;
            {string.Concat(
                new[] { "cp_search", "cp_properties", "cp_activity", "cp_checks", "cp_match_keys" }.Select(table =>
                    $"delete from {table} r using cp_merges m where r.customer_id = m.from_id;"
                )
            )}
            """
        );
    }

    private static async Task<long> ScannedRowsAsync(PostgreSqlTestDatabase database) =>
        await database.ValueAsync<long>("select coalesce(sum(seq_tup_read), 0)::bigint from pg_stat_user_tables");

    private static ServiceProvider HostOf(PostgreSqlTestDatabase database, Connecting connecting)
    {
        var builder = new ServiceCollection().AddCustomerProfiles(options => options.SuggestDuplicates = true);
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
            var prepared = connecting == Connecting.OwnContextThatPrepares ? 256 : 0;
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
        if (
            plan.Statement is nameof(StoreStatements.RemoveConversations) or nameof(StoreStatements.GetRetained)
            && node.Index == "pk_cp_customers"
        )
        {
            return node.Type is "Index Only Scan" or "Index Scan";
        }

        // Merges in the order of their index, up to the limit. Receipts and guards too; where statements are planned
        // with their values, few of them are sorted instead.
        if (node.Index is "ix_cp_erasures_receipts" or "ix_cp_erasure_guards_until" or "ix_cp_merges_undoable")
        {
            return node.Type is "Index Only Scan" or "Index Scan"
                || (node.Type == "Bitmap Index Scan" && node.Index != "ix_cp_merges_undoable");
        }

        // Keys from one to the next.
        if (node.Index == "ix_cp_erasure_marks_key")
        {
            return node.Type is "Index Only Scan" or "Index Scan";
        }

        // Queues in the order of their index, up to the limit; the first events of each too.
        if (node.Index == "ix_cp_event_queues_available")
        {
            return node.Type is "Index Only Scan" or "Index Scan";
        }

        if (node.Index == "pk_cp_events" && plan.Statement is "Claim events" or nameof(EventStatements.GetStopped))
        {
            return node.Type is "Index Only Scan" or "Index Scan"
                && node.Condition!.Contains("customer_id = ", StringComparison.Ordinal);
        }

        // These tables stay small: a row for each provider of a tenant, a tenant that defines properties, a day of a
        // provider, the schema.
        if (
            node.Table
                is "cp_provider_settings"
                    or "cp_property_definitions"
                    or "cp_budget_usage"
                    or "cp_schema"
                    or "cp_migrations"
                    or "cp_features"
            || node.Index is "pk_cp_property_definitions"
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
                    .Any(column =>
                        column.Groups[1].Value
                            is "id"
                                or "customer_id"
                                or "key"
                                or "one_id"
                                or "other_id"
                                or "value"
                                or "hash"
                                or "merged_into"
                                or "from_id"
                                or "into_id"
                                or "merge_id"
                    );
        }

        return node.Type != "Seq Scan" || node.Table?.StartsWith("cp_", StringComparison.Ordinal) != true;
    }

    [GeneratedRegex(@"\(+(\w+)\)?(?:::\w+)? = ")]
    private static partial Regex Equal();

    [GeneratedRegex(@"\(+(\w+) >= (\(?[^()]+\)?)\) AND \(\1 <= \2\)")]
    private static partial Regex SingleValue();
}
