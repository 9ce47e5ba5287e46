using CustomerProfiles.EntityFrameworkCore.Tests.Support;
using CustomerProfiles.Stores;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace CustomerProfiles.EntityFrameworkCore.Tests;

/// <summary>A broken pooled connection is replaced, and the call that used it is repeated.</summary>
public sealed class SpoiledConnectionTests
{
    /// <summary>More uses than it takes until a statement is prepared.</summary>
    private const int UsesUntilPrepared = 10;

    [PostgreSqlTheory]
    [InlineData(true, "deallocate all")]
    [InlineData(true, "discard all")]
    [InlineData(true, "alter table cp_customers alter column created_at type timestamptz(6)")]
    [InlineData(true, "set default_transaction_read_only = on")]
    [InlineData(false, "deallocate all")]
    [InlineData(false, "discard all")]
    [InlineData(false, "alter table cp_customers alter column created_at type timestamptz(6)")]
    [InlineData(false, "set default_transaction_read_only = on")]
    public async Task A_call_on_a_changed_connection_is_repeated(bool isReadyMade, string change)
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        await using var host = await HostAsync(database, isReadyMade);
        var store = host.GetRequiredService<ICustomerProfileStore>();
        var ada = await PrepareAsync(store);
        await OnThePooledConnectionAsync(host, change);

        var updated = await store.UpdateAsync(ada.WithNotes("Likes machines."), change: null, default);

        updated.Should().BeOfType<UpdateResult.Updated>();
        (await store.GetAsync(default, ada.Id, default))!.Profile.Notes.Should().Be("Likes machines.");
        await store.LiveAsync();
    }

    [PostgreSqlFact]
    public async Task A_call_on_a_connection_whose_back_end_was_terminated_is_repeated()
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        await using var host = await HostAsync(database, isReadyMade: true);
        var store = host.GetRequiredService<ICustomerProfileStore>();
        var ada = await PrepareAsync(store);
        await database.ExecuteAsync(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and "
                + "pid <> pg_backend_pid()"
        );

        (await store.UpdateAsync(ada.WithNotes("Likes machines."), change: null, default))
            .Should()
            .BeOfType<UpdateResult.Updated>();
        (await database.ValueAsync<long>("select version from cp_customers")).Should().Be(2);
    }

    [PostgreSqlTheory]
    [InlineData("26000")]
    [InlineData("42P05")]
    [InlineData("0A000")]
    [InlineData("25P02")]
    [InlineData("25006")]
    [InlineData("08P01", "prepared statement name is already in use")]
    [InlineData("08P01", "unsupported startup parameter: options")]
    public async Task A_refund_is_repeated_when_it_was_not_executed(
        string sqlState,
        string message = "It does not work."
    )
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        var server = new FailingStatements(sqlState, message);
        var store = database.Store(server);
        var period = new BudgetPeriod(StoreCalls.Provider, "2026-03");
        await store.TryReserveBudgetAsync(period, 5, default);
        await store.TryReserveBudgetAsync(period, 5, default);
        server.FailNext(1);

        await store.RefundAsync(period, default);

        server.Failed.Should().Be(1);
        (await database.ValueAsync<int>("select used from cp_budget_usage")).Should().Be(1);
    }

    /// <summary>PgBouncer reports the same when the server has crashed, perhaps after the commit.</summary>
    [PostgreSqlFact]
    public async Task A_refund_is_not_repeated_when_it_may_have_been_executed()
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        var server = new FailingStatements("08P01", "server conn crashed?");
        var store = database.Store(server);
        var period = new BudgetPeriod(StoreCalls.Provider, "2026-03");
        await store.TryReserveBudgetAsync(period, 5, default);
        server.FailNext(1);

        await FluentActions
            .Awaiting(() => store.RefundAsync(period, default).AsTask())
            .Should()
            .ThrowAsync<PostgresException>();

        (await database.ValueAsync<int>("select used from cp_budget_usage")).Should().Be(1);
    }

    [PostgreSqlTheory]
    [InlineData("26000", "prepared statement \"_auto1\" does not exist")]
    [InlineData("42P05", "prepared statement \"_auto1\" already exists")]
    [InlineData("08P01", "prepared statement name is already in use")]
    public async Task Connections_that_keep_failing_are_attributed_to_a_pooler(string sqlState, string message)
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        var server = new FailingStatements(sqlState, message);
        var store = database.Store(server);
        await store.CreateAsync("ada@example.com");
        server.FailNext(2);

        await FluentActions
            .Awaiting(() => store.FindAsync(default, StoreCalls.IdentityOf("ada@example.com"), default).AsTask())
            .Should()
            .ThrowAsync<ProfileDatabaseException>()
            .WithMessage($"*{message}*TransactionPooler = true*");
        server.Failed.Should().Be(2);
    }

    [PostgreSqlFact]
    public async Task A_call_that_timed_out_waiting_for_a_lock_is_not_repeated()
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        var server = new FailingStatements("55P03");
        var store = database.Store(server);
        var ada = await store.CreateAsync("ada@example.com");
        server.FailNext(10);

        await FluentActions
            .Awaiting(() => store.UpdateAsync(ada.WithNotes("Likes machines."), change: null, default).AsTask())
            .Should()
            .ThrowAsync<ProfileDatabaseException>()
            .WithMessage("*did not end in time*");

        server.Failed.Should().Be(1);
    }

    private static async Task<ServiceProvider> HostAsync(PostgreSqlTestDatabase database, bool isReadyMade)
    {
        await database.Host().GetRequiredService<IProfileDatabase>().UpgradeAsync();

        // One connection, which keeps its settings.
        var one =
            $"{database.ConnectionString};Maximum Pool Size=1;No Reset On Close=true;Max Auto "
            + $"Prepare=64;Application Name=spoiled";
        var builder = new ServiceCollection().AddCustomerProfiles();
        if (isReadyMade)
        {
            builder.UsePostgreSql(one);
        }
        else
        {
            builder.UseEntityFrameworkCore<CustomerProfilesDbContext>();
            builder.Services.AddPooledDbContextFactory<CustomerProfilesDbContext>(context => context.UseNpgsql(one));
        }

        return builder.Services.BuildServiceProvider();
    }

    private static async Task<CustomerProfile> PrepareAsync(ICustomerProfileStore store)
    {
        var ada = await store.CreateAsync("ada@example.com");
        for (var i = 0; i < UsesUntilPrepared; i++)
        {
            await store.GetAsync(default, ada.Id, default);
            await store.UpdateAsync(ada.WithNotes("first").WithNotes("too late"), change: null, default);
        }

        return ada;
    }

    private static async Task OnThePooledConnectionAsync(ServiceProvider host, string sql)
    {
        await using var context = await host.GetRequiredService<IDbContextFactory<CustomerProfilesDbContext>>()
            .CreateDbContextAsync();
        await context.Database.ExecuteSqlRawAsync(sql);
    }
}
