using CustomerProfiles.EntityFrameworkCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerProfiles.EntityFrameworkCore.Tests;

/// <summary>
/// Planning a statement takes longer than running it, so each statement but a search is planned once for each
/// connection. The server itself counts.
/// </summary>
public sealed class PostgreSqlPlanningTests
{
    /// <summary>The first five calls are sent before the statement is prepared, and each is planned.</summary>
    private const int Calls = 700;

    private const string Most = "0.01";

    private static readonly PostgreSqlSettings Counting = new()
    {
        Lines =
        [
            "autovacuum = off",
            "shared_preload_libraries = 'pg_stat_statements'",
            "pg_stat_statements.track_planning = on",
        ],
    };

    [PostgreSqlFact(throwAway: true)]
    public async Task Statements_but_a_search_are_planned_in_at_most_one_of_a_hundred_calls()
    {
        await using var server = await PostgreSqlServer.StartNewAsync(Counting);
        await using var database = new PostgreSqlTestDatabase(await server.CreateDatabaseAsync());
        await using var host = await HostAsync(database);
        await database.ExecuteAsync("create extension pg_stat_statements");
        await using var session = await StatementRuns.OpenAsync(host);
        await session.RunAllAsync(1);
        await database.ExecuteAsync("select pg_stat_statements_reset()");

        await session.RunAllAsync(Calls);

        (
            await database.ValueAsync<long>(
                $"select count(*) from pg_stat_statements where calls >= {Calls} and plans > 0"
            )
        )
            .Should()
            .BeGreaterThan(20, "the server counts plans");
        (await PlannedAnewAsync(database)).Should().BeEmpty();
    }

    [PostgreSqlFact(throwAway: true)]
    public async Task Calls_of_the_store_that_read_are_planned_in_at_most_one_of_a_hundred()
    {
        await using var server = await PostgreSqlServer.StartNewAsync(Counting);
        await using var database = new PostgreSqlTestDatabase(await server.CreateDatabaseAsync());
        await using var host = await HostAsync(database);
        await database.ExecuteAsync("create extension pg_stat_statements");
        var store = host.GetRequiredService<Stores.ICustomerProfileStore>();
        var ada = await store.CreateAsync("ada@example.com");
        await database.ExecuteAsync("select pg_stat_statements_reset()");

        for (var call = 0; call < Calls; call++)
        {
            await store.GetAsync(default, ada.Id, default);
            await store.FindAsync(default, ada.Identities[0], default);
            await store.RecordConversationAsync(default, ada.Identities[0], StoreCalls.Record("known"), default);
        }

        (await database.ValueAsync<long>($"select count(*) from pg_stat_statements where calls = {Calls}"))
            .Should()
            .Be(3, "a call of the store is one statement");
        (await PlannedAnewAsync(database)).Should().BeEmpty();
    }

    /// <summary>
    /// Npgsql prepares by itself what is used often, and replaces it when there is too much, also within a batch. What
    /// the store prepares is never replaced.
    /// </summary>
    [PostgreSqlFact]
    public async Task A_statement_that_writes_stays_prepared_however_many_there_are()
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        await using var host = await HostAsync(database);
        var store = host.GetRequiredService<Stores.ICustomerProfileStore>();
        for (var life = 0; life < 6; life++)
        {
            await store.LiveAsync();
        }

        await using var context = await host.GetRequiredService<IDbContextFactory<CustomerProfilesDbContext>>()
            .CreateDbContextAsync();
        var prepared = await context
            .Database.SqlQueryRaw<string>("select name || ': ' || statement as \"Value\" from pg_prepared_statements")
            .ToListAsync();

        prepared.Where(one => !one.StartsWith("_auto", StringComparison.Ordinal)).Should().HaveCountGreaterThan(20);
        prepared
            .Where(one => one.StartsWith("_auto", StringComparison.Ordinal))
            .Should()
            .NotContain(one => one.Contains("insert into", StringComparison.Ordinal))
            .And.NotContain(one => one.Contains("update ", StringComparison.Ordinal))
            .And.NotContain(one => one.Contains("delete ", StringComparison.Ordinal));
    }

    private static async Task<ServiceProvider> HostAsync(PostgreSqlTestDatabase database)
    {
        var builder = new ServiceCollection()
            .AddCustomerProfiles()
            .UsePostgreSql(
                $"{database.ConnectionString};Maximum Pool Size=1",
                options => options.UpgradeAtStart = true
            );
        var host = builder.Services.BuildServiceProvider();
        await host.GetRequiredService<IProfileDatabase>().UpgradeAsync();
        return host;
    }

    private static Task<string> PlannedAnewAsync(PostgreSqlTestDatabase database) =>
        database.ValueAsync<string>(
            $"""
            select coalesce(string_agg(plans || ' plans in ' || calls || ' calls: ' || query, E'\n'), '')
            from pg_stat_statements where calls >= {Calls} and plans > calls * {Most}
            """
        );
}
