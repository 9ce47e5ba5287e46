using CustomerProfiles.EntityFrameworkCore.Tests.Support;
using FluentAssertions.Execution;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;

namespace CustomerProfiles.EntityFrameworkCore.Tests;

/// <summary>
/// No statement scans a growing table, whatever the statistics of SQLite: a file has none until somebody runs
/// <c>analyze</c>, and they are never updated.
/// </summary>
public sealed class SqlitePlanTests(ITestOutputHelper output)
{
    /// <summary>The customers of a tenant when the plans are read.</summary>
    private const int Customers = 2_000;

    /// <summary>
    /// The contents of a file when somebody runs <c>analyze</c>: tenants, customers of each, identities of each.
    /// </summary>
    public static TheoryData<string, int, int, int, bool> Analysed =>
        new()
        {
            { "empty", 0, 0, 0, false },
            { "one customer", 1, 1, 1, false },
            { "one customer who waits to be checked", 1, 1, 1, true },
            { "one customer with ten addresses", 1, 1, 10, false },
            { "three customers", 1, 3, 1, true },
            { "one tenant of some customers", 1, 40, 2, false },
            { "many tenants of one customer", 300, 1, 1, false },
            { "many tenants of one customer who waits", 300, 1, 1, true },
            { "many tenants of some customers", 50, 8, 3, true },
            { "as it is", 1, Customers, 1, true },
        };

    [Fact]
    public async Task A_file_never_analysed_is_read_by_its_indexes()
    {
        await using var database = new SqliteTestDatabase();
        await using var context = await ContextAsync(database);
        await FillAsync(database, "default", 1, Customers, 1, isPending: false);

        using var all = new AssertionScope();
        foreach (var plan in await PlansAsync(database, context))
        {
            output.WriteLine(plan.ToString());
            plan.Refused.Should().BeEmpty(plan.ToString());
        }

        (await database.ValueAsync<long>("select count(*) from sqlite_master where name like 'sqlite_stat%'"))
            .Should()
            .Be(0);
    }

    [Theory]
    [MemberData(nameof(Analysed))]
    public async Task A_file_analysed_once_and_grown_since_is_read_by_its_indexes(
        string held,
        int tenants,
        int customers,
        int identities,
        bool isPending
    )
    {
        await using var database = new SqliteTestDatabase();
        await using var context = await ContextAsync(database);
        await FillAsync(database, "early", tenants, customers, identities, isPending);
        await database.ExecuteAsync("analyze");
        await FillAsync(database, "default", 1, Customers, 1, isPending: false);

        using var all = new AssertionScope();
        foreach (var plan in await PlansAsync(database, context))
        {
            plan.Refused.Should().BeEmpty($"{plan} in a file analysed when it held {held}");
        }
    }

    [Theory]
    [InlineData("select 1 from cp_customers c")]
    [InlineData("select 1 from cp_customers c where c.tenant = @tenant")]
    [InlineData("select 1 from cp_identities i where i.tenant = @tenant and i.kind = @kind")]
    [InlineData("select 1 from cp_checks where provider = @provider and is_pending")]
    [InlineData("select 1 from cp_checks where tenant = @tenant and provider = @provider")]
    [InlineData("select 1 from cp_conversations where conversation_id = @conversation")]
    [InlineData("select 1; delete from cp_suppressions where value = @value")]
    [InlineData("with c as materialized (select * from cp_customers) select 1 from c cross join c d")]
    [InlineData(
        "select 1 from json_each(@values) v join cp_identities i on i.tenant = @tenant and i.kind = v.key "
            + "and i.value = v.value"
    )]
    [InlineData("select 1 from cp_customers c order by c.updated_at limit 1")]
    [InlineData("select 1 from json_each(@values) v join cp_search c on c.text = v.value")]
    public async Task A_statement_that_scans_a_growing_table_is_refused(string statement)
    {
        await using var database = new SqliteTestDatabase();
        await using var context = await ContextAsync(database);
        await using var connection = await OpenAsync(database);

        var plan = await SqlitePlan.ReadAsync(connection, "statement", statement);

        plan.Refused.Should().NotBeEmpty(plan.ToString());
    }

    /// <summary>A first name is that of many, who stand together in the order of names.</summary>
    [Fact]
    public async Task A_search_by_name_reads_names_that_begin_with_it_in_their_order()
    {
        await using var database = new SqliteTestDatabase();
        await using var context = await ContextAsync(database);
        await using var connection = await OpenAsync(database);
        var query = new ProfileSearchQuery { Text = "fatima", Order = ProfileOrder.Name };
        var page = new StoreSql(context, SqliteDialect.Instance, keepsMatchKeys: true).Search.Page(
            ProfileSearch.Read(query, SearchableProperties.None),
            isIndexed: true
        );

        var plan = await SqlitePlan.ReadAsync(connection, "search", page.Text);

        const string range = "USING COVERING INDEX ix_cp_search_name (tenant=? AND name>? AND name<?)";
        plan.Steps.Should().Contain($"SEARCH s {range}").And.Contain($"SEARCH m {range}");
    }

    private static async Task<CustomerProfilesDbContext> ContextAsync(SqliteTestDatabase database)
    {
        var host = database.Host();
        await host.GetRequiredService<IProfileDatabase>().UpgradeAsync();
        return await host.GetRequiredService<IDbContextFactory<CustomerProfilesDbContext>>().CreateDbContextAsync();
    }

    /// <summary>On a new connection, because statistics are read when a connection first reads the schema.</summary>
    private static async Task<SqlitePlan[]> PlansAsync(SqliteTestDatabase database, CustomerProfilesDbContext context)
    {
        await using var connection = await OpenAsync(database);
        var plans = new List<SqlitePlan>();
        var sql = new StoreSql(context, SqliteDialect.Instance, keepsMatchKeys: true);
        foreach (var (name, text) in NamedStatements.Of(sql.Statements))
        {
            plans.Add(await SqlitePlan.ReadAsync(connection, name, text));
        }

        plans.Should().HaveCountGreaterThan(20).And.OnlyContain(plan => plan.Steps.Length > 0);
        return [.. plans];
    }

    private static async Task<SqliteConnection> OpenAsync(SqliteTestDatabase database)
    {
        var connection = new SqliteConnection($"{database.ConnectionString};Pooling=False");
        await connection.OpenAsync();
        return connection;
    }

    private static Task FillAsync(
        SqliteTestDatabase database,
        string tenant,
        int tenants,
        int customers,
        int identities,
        bool isPending
    )
    {
        var everybody = $"""
            with recursive n (n) as (select 0 union all select n + 1 from n where n < {tenants * customers} - 1),
            c (tenant, id) as (select '{tenant}' || (n / {Math.Max(customers, 1)}), 'c' || n from n where {tenants} > 0)
            """;
        var everyIdentity =
            $"{everybody}, i (i) as (select 0 union all select i + 1 from i where i < {identities} - 1)";
        return database.ExecuteAsync(
            $$"""
            insert into cp_customers (tenant, id, version, created_at, updated_at, profile, is_suppressed,
                suppression_generation)
            {{everybody}} select tenant, id, 1, 0, 0, '{"identities":[],"values":[]}', 0, 1 from c;
            insert into cp_activity (tenant, customer_id, changed_at, conversation_at)
            {{everybody}} select tenant, id, 0, 0 from c;
            insert or ignore into cp_tenants (tenant, last_row) {{everybody}} select distinct tenant, 1 << 20 from c;
            insert into cp_search (row_id, tenant, customer_id, name, company, has_photo, text, prefixes, properties)
            {{everybody}} select ((select n.number from cp_tenants n where n.tenant = c.tenant) << 40)
                + row_number() over (), tenant, id, id, 'acme', 0, id, '', '[]' from c;
            insert into cp_properties (tenant, customer_id, key, value)
            {{everybody}} select tenant, id, 'plan', 'gold' from c;
            insert into cp_identities (tenant, kind, value, customer_id)
            {{everyIdentity}} select tenant, 'email', id || '-' || i || '@example.com', id from c cross join i;
            insert into cp_suppressions (tenant, kind, value)
            {{everyIdentity}} select tenant, 'email', id || '-' || i || '@example.com' from c cross join i;
            insert into cp_conversations (tenant, customer_id, conversation_id, direction, occurred_at)
            {{everybody}} select tenant, id, 'first', 'received', 0 from c;
            insert into cp_checks
                (tenant, customer_id, provider, is_pending, setting_generation, suppression_generation, not_before,
                    leased_until, available_from, attempt)
            {{everybody}} select tenant, id, 'one', {{(isPending ? 1 : 0)}}, 0, 0, 0, 0, 0, 0 from c;
            insert into cp_match_keys (tenant, key, customer_id) {{everybody}} select tenant, 1, id from c;
            insert into cp_not_duplicates (tenant, one_id, other_id, marked_at, marked_by)
            {{everybody}} select tenant, min(id), id, 0, 'kim' from c group by tenant, id;
            insert into cp_merges (tenant, id, from_id, into_id, merged_at, merged_by, journal)
            {{everybody}} select tenant, id, id, id, 0, 'kim', 'a journal' from c;
            insert into cp_erasures (tenant, customer_id, erased_with, erasure_id, erased_at, receipt)
            {{everybody}} select tenant, id || '-erased', id || '-erased', id, 0, '{}' from c;
            insert into cp_erasure_marks (tenant, hash, key_id, kind)
            {{everybody}} select tenant, id, 'key', 'do-not-look-up' from c;
            insert into cp_erasure_guards (tenant, hash, guarded_until) {{everybody}} select tenant, id, 0 from c;
            insert into cp_event_queues (tenant, customer_id, last_sequence, attempts, lease_id, available_from)
            {{everybody}} select tenant, id, 1, 0, null, {{(isPending ? "0" : "null")}} from c;
            insert into cp_events (tenant, customer_id, sequence, event)
            {{everybody}} select tenant, id, 1, '{}' from c;
            insert into cp_provider_settings (tenant, provider, is_enabled, changed_at, changed_by, generation)
            {{everybody}} select distinct tenant, 'one', 1, 0, 'kim', 1 from c;
            insert into cp_budget_usage (provider, period, shard, used)
            {{everybody}} select 'one', tenant || id, 0, 1 from c;
            """
        );
    }
}
