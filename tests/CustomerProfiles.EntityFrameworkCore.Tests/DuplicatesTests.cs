using System.Collections.Immutable;
using System.Text.Json;
using CustomerProfiles.EntityFrameworkCore.Tests.Support;
using CustomerProfiles.Stores;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SQLitePCL;

namespace CustomerProfiles.EntityFrameworkCore.Tests;

/// <summary>Match keys and pairs as the tables show them. The conformance kit has the rest.</summary>
public sealed class DuplicatesTests
{
    private const int Many = 50_000;

    private const int MostPerKey = 20;

    private const long Switchboard = 42;

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task Each_write_of_a_profile_keeps_its_match_keys(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var host = HostOf(database);
        var store = host.GetRequiredService<ICustomerProfileStore>();

        var ada = await store.CreateAsync("ada@example.com", StoreCalls.Provider);
        await ShouldHaveKeysOfAsync(host, ada);
        var bob = StoreCalls.NewProfile("bob@example.com");
        var eve = StoreCalls.NewProfile("eve@example.com");
        (await store.AddAsync(default, [bob, eve], created: null, default)).Should().AllBeOfType<AddResult.Added>();
        await ShouldHaveKeysOfAsync(host, bob);
        await ShouldHaveKeysOfAsync(host, eve);
        var edited = ada.WithNotes("Has two.", StoreCalls.IdentityOf("ada@example.org"));
        (await store.UpdateAsync(edited, change: null, default)).Should().BeOfType<UpdateResult.Updated>();
        await ShouldHaveKeysOfAsync(host, edited);
        var claim = (await store.ClaimAsync())!;
        var completed = new CustomerProfile(
            edited.Tenant,
            edited.Id,
            edited.Version + 1,
            edited.CreatedAt,
            StoreCalls.Now,
            edited.Identities,
            [.. edited.Values, Account("https://social.example.com/ada")]
        );
        (await store.CompleteAsync(claim, completed, CheckOutcome.Matched))
            .Should()
            .BeOfType<CompleteResult.Completed>();
        await ShouldHaveKeysOfAsync(host, completed);
        var left = new CustomerProfile(
            ada.Tenant,
            ada.Id,
            completed.Version + 1,
            ada.CreatedAt,
            StoreCalls.Now,
            [StoreCalls.IdentityOf("ada@example.org")],
            [Account("https://social.example.com/ada")]
        );
        (await store.UpdateAsync(left, change: null, default)).Should().BeOfType<UpdateResult.Updated>();
        await ShouldHaveKeysOfAsync(host, left);
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task A_write_that_is_refused_changes_no_match_keys(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var host = HostOf(database);
        var store = host.GetRequiredService<ICustomerProfileStore>();
        var ada = await store.CreateAsync("ada@example.com", StoreCalls.Provider);
        var bob = await store.CreateAsync("bob@example.com");
        var claim = (await store.ClaimAsync())!;
        var edited = ada.WithNotes("Has two.", StoreCalls.IdentityOf("ada@example.org"));
        await store.UpdateAsync(edited, change: null, default);

        (await store.UpdateAsync(ada.WithNotes("late", StoreCalls.IdentityOf("late@example.org")), null, default))
            .Should()
            .BeOfType<UpdateResult.Stale>();
        (await store.CompleteAsync(claim, ada.WithNotes("late", StoreCalls.IdentityOf("late@example.org"))))
            .Should()
            .BeOfType<CompleteResult.Stale>();
        (await store.UpdateAsync(bob.WithNotes("taken", ada.Identities[0]), null, default))
            .Should()
            .BeOfType<UpdateResult.IdentityTaken>();
        (await store.AddAsync(default, [StoreCalls.NewProfile("ada@example.com")], created: null, default))
            .Should()
            .AllBeOfType<AddResult.IdentityTaken>();

        await ShouldHaveKeysOfAsync(host, edited);
        await ShouldHaveKeysOfAsync(host, bob);
        (await CountAsync(database, "cp_match_keys")).Should().Be(3);
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task An_absorbed_customer_has_no_match_keys_until_the_merge_is_undone(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var host = HostOf(database);
        var store = host.GetRequiredService<ICustomerProfileStore>();
        var ada = await store.CreateAsync("ada@example.com");
        var bob = await store.CreateAsync("bob@example.com");
        var sides = await store.Merging().GetSidesAsync(default, ada.Id, bob.Id, default);

        var merge = await store.PlanAsync(ada.Id, bob.Id);
        (await store.Merging().MergeAsync(merge, default)).Should().BeTrue();
        (await KeysAsync(host, ada.Id)).Should().BeEmpty();
        await ShouldHaveKeysOfAsync(host, merge.Into.Profile);
        (await KeysAsync(host, bob.Id)).Should().HaveCount(2);
        var undoing = await store.PlanUndoingAsync(merge.Merge.Id, sides);
        (await store.Merging().UnmergeAsync(undoing, default)).Should().BeTrue();

        await ShouldHaveKeysOfAsync(host, undoing.From.Profile);
        await ShouldHaveKeysOfAsync(host, undoing.Into.Profile);
        (await KeysAsync(host, bob.Id)).Should().ContainSingle();
        (await CountAsync(database, "cp_not_duplicates")).Should().Be(1);
        await store.EraseAsync(undoing.From.Profile);
        (await KeysAsync(host, ada.Id)).Should().BeEmpty();
        (await CountAsync(database, "cp_not_duplicates")).Should().Be(0);
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task A_pair_also_holds_for_whoever_has_absorbed_one_of_them(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var host = HostOf(database);
        var store = host.GetRequiredService<ICustomerProfileStore>();
        var duplicates = (IDuplicateStore)store;
        CustomerProfile[] all = [Sharing("ada@example.com"), Sharing("bob@example.com"), Sharing("eve@example.com")];
        await store.AddAsync(default, [.. all], created: null, default);
        var (ada, bob, eve) = (all[0].Id, all[1].Id, all[2].Id);
        var keys = MatchKeys.Default.Of(all[0]);

        (await FoundAsync(ada)).Should().BeEquivalentTo([bob, eve]);
        (await duplicates.MarkNotDuplicatesAsync(default, eve, ada, StoreCalls.Now, "kim", default)).Should().BeTrue();
        (await duplicates.MarkNotDuplicatesAsync(default, ada, eve, StoreCalls.Now, "kim", default)).Should().BeTrue();
        (await FoundAsync(ada)).Should().Equal(bob);
        (await FoundAsync(eve)).Should().Equal(bob);
        (await CountAsync(database, "cp_not_duplicates")).Should().Be(1);
        await store.Merging().MergeAsync(await store.PlanAsync(ada, bob), default);
        (await FoundAsync(bob)).Should().BeEmpty();
        (await FoundAsync(eve)).Should().BeEmpty();
        (
            await duplicates.MarkNotDuplicatesAsync(
                default,
                ada,
                CustomerId.New(StoreCalls.Now),
                StoreCalls.Now,
                "kim",
                default
            )
        )
            .Should()
            .BeFalse();

        async Task<CustomerId[]> FoundAsync(CustomerId id) =>
            [
                .. (await duplicates.FindByMatchKeysAsync(default, id, keys, MostPerKey, default)).Select(found =>
                    found.Id
                ),
            ];
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task Match_keys_are_written_later_where_the_profile_is_still_the_same(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var off = database.Host().GetRequiredService<ICustomerProfileStore>();
        var ada = await off.CreateAsync("ada@example.com");
        var bob = await off.CreateAsync("bob@example.com");
        var eve = await off.CreateAsync("eve@example.com");
        await off.UpdateAsync(bob.WithNotes("Changed since."), change: null, default);
        await off.Merging().MergeAsync(await off.PlanAsync(eve.Id, ada.Id), default);
        ada = (await off.GetAsync(default, ada.Id, default))!.Profile;
        (await CountAsync(database, "cp_match_keys")).Should().Be(0);
        var host = HostOf(database);
        await database.ExecuteAsync(
            "insert into cp_match_keys (tenant, key, customer_id) select tenant, 1, id from cp_customers "
                + "where merged_into is null"
        );

        var store = (IDuplicateStore)host.GetRequiredService<ICustomerProfileStore>();
        await store.WriteMatchKeysAsync(default, [eve, bob, ada], default);

        await ShouldHaveKeysOfAsync(host, ada);
        (await KeysAsync(host, bob.Id)).Should().Equal(1);
        (await KeysAsync(host, eve.Id)).Should().BeEmpty();
    }

    [PostgreSqlFact]
    public async Task Of_a_key_that_50_000_customers_share_postgresql_reads_21_rows()
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        var host = HostOf(database);
        var ada = await FillAsync(host, database, $"select md5(n::text)::uuid as id from generate_series(1, {Many}) n");
        await using var context = await ContextAsync(host);
        var sql = new StoreSql(context, PostgreSqlDialect.Instance, keepsMatchKeys: true);
        var session = new StoreSession(context, sql.Dialect, isRetry: false);

        var plan = await session.QueryAsync(
            new StoreStatement("explain (analyze, format json) " + sql.Statements.Duplicates.FindByMatchKeys.Text),
            session.Parameters.Customer(default, ada).Texts("keys", [$"{Switchboard}"]).Number("most", MostPerKey),
            reader => reader.GetString(0),
            default
        );

        var read = RowsOf(JsonDocument.Parse(plan!).RootElement[0].GetProperty("Plan"), "cp_match_keys");
        read.Should().Be(MostPerKey + 1);
    }

    [Fact]
    public async Task Of_a_key_that_50_000_customers_share_sqlite_reads_no_more_than_of_one_that_22_share()
    {
        await using var database = new SqliteTestDatabase();
        var host = HostOf(database);
        const string some =
            "with recursive n (n) as (select 1 union all select n + 1 from n where n < {0}) "
            + "select printf('%032d', n) as id from n";
        var ada = await FillAsync(host, database, string.Format(null, some, MostPerKey + 1));
        var few = await StepsAsync(host, database, ada);

        await database.ExecuteAsync("delete from cp_match_keys");
        await database.ExecuteAsync("pragma foreign_keys = off; delete from cp_customers where id like '000%'");
        await FillAsync(host, database, string.Format(null, some, Many), "bob@example.com");

        (await StepsAsync(host, database, ada)).Should().Be(few);
    }

    private static ServiceProvider HostOf(TestDatabase database) =>
        database.Host(options: options => options.SuggestDuplicates = true);

    private static async Task<CustomerProfilesDbContext> ContextAsync(IServiceProvider host) =>
        await host.GetRequiredService<IDbContextFactory<CustomerProfilesDbContext>>().CreateDbContextAsync();

    private static async Task ShouldHaveKeysOfAsync(IServiceProvider host, CustomerProfile profile)
    {
        var keys = MatchKeys.Default.Of(profile);
        keys.Should().NotBeEmpty();
        (await KeysAsync(host, profile.Id)).Should().BeEquivalentTo(keys);
    }

    private static async Task<long[]> KeysAsync(IServiceProvider host, CustomerId id)
    {
        await using var context = await ContextAsync(host);
        return await context
            .Set<MatchKeyRow>()
            .Where(row => row.CustomerId == id.Value)
            .Select(row => row.Key)
            .ToArrayAsync();
    }

    private static async Task<long> CountAsync(TestDatabase database, string table) =>
        await database.ValueAsync<long>($"select count(*) from {table}");

    private static FieldValue Account(string address) =>
        new(
            ProfileField.SocialProfiles,
            address,
            new SocialProfile("social", new Uri(address)),
            new Provenance(ProvenanceSource.Provider, StoreCalls.Provider, StoreCalls.Now)
        );

    /// <summary>A profile that shares an account with the others.</summary>
    private static CustomerProfile Sharing(string address)
    {
        var profile = StoreCalls.NewProfile(address);
        return new CustomerProfile(
            profile.Tenant,
            profile.Id,
            profile.Version,
            profile.CreatedAt,
            profile.UpdatedAt,
            profile.Identities,
            [Account("https://social.example.com/shared")]
        );
    }

    /// <summary>Gives these customers, and one who is returned, the key of the switchboard.</summary>
    private static async Task<CustomerId> FillAsync(
        IServiceProvider host,
        TestDatabase database,
        string customers,
        string address = "ada@example.com"
    )
    {
        var ada = await host.GetRequiredService<ICustomerProfileStore>().CreateAsync(address);
        await database.ExecuteAsync(
            $$"""
            insert into cp_customers (tenant, id, version, created_at, updated_at, profile, is_suppressed,
                suppression_generation)
            select s.tenant, i.id, 1, s.created_at, s.created_at, '{"identities":[],"values":[]}', s.is_suppressed, 0
            from (select * from cp_customers limit 1) s cross join ({{customers}}) i;
            insert into cp_match_keys (tenant, key, customer_id) select tenant, {{Switchboard}}, id from cp_customers;
            """
        );
        return ada.Id;
    }

    /// <summary>The rows of a table that the nodes of a plan have read.</summary>
    private static double RowsOf(JsonElement node, string table)
    {
        double Number(string name) => node.TryGetProperty(name, out var value) ? value.GetDouble() : 0;
        var own =
            node.TryGetProperty("Relation Name", out var relation) && relation.GetString() == table
                ? (Number("Actual Rows") + Number("Rows Removed by Filter")) * Number("Actual Loops")
                : 0;
        return own
            + (
                node.TryGetProperty("Plans", out var plans)
                    ? plans.EnumerateArray().Sum(inner => RowsOf(inner, table))
                    : 0
            );
    }

    /// <summary>How many steps SQLite's machine takes to find nobody by the key of the switchboard.</summary>
    private static async Task<int> StepsAsync(IServiceProvider host, TestDatabase database, CustomerId id)
    {
        await using var context = await ContextAsync(host);
        var text = new StoreSql(context, SqliteDialect.Instance).Statements.Duplicates.FindByMatchKeys.Text;
        await using var connection = new SqliteConnection(database.ConnectionString);
        await connection.OpenAsync();
        raw.sqlite3_prepare_v2(connection.Handle, text, out var statement).Should().Be(raw.SQLITE_OK);
        using (statement)
        {
            Bind("@tenant", "default");
            Bind("@id", id.ToString());
            Bind("@keys", $"[\"{Switchboard}\"]");
            raw.sqlite3_bind_int(statement, raw.sqlite3_bind_parameter_index(statement, "@most"), MostPerKey);
            raw.sqlite3_step(statement).Should().Be(raw.SQLITE_DONE);
            return raw.sqlite3_stmt_status(statement, raw.SQLITE_STMTSTATUS_VM_STEP, 0);
        }

        void Bind(string name, string value) =>
            raw.sqlite3_bind_text(statement, raw.sqlite3_bind_parameter_index(statement, name), value);
    }
}
