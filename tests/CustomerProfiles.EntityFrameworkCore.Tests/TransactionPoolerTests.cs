using CustomerProfiles.EntityFrameworkCore.Tests.Support;
using CustomerProfiles.Stores;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerProfiles.EntityFrameworkCore.Tests;

/// <summary>
/// Through PgBouncer in transaction mode, where the next transaction may use another connection to the server.
/// </summary>
public sealed class TransactionPoolerTests
{
    private const int Callers = 12;

    [PostgreSqlFact(pooler: true)]
    public async Task With_the_option_everything_works_through_a_transaction_pooler()
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        await using var pooler = await PgBouncer.StartNewAsync(database.ConnectionString);
        await using var host = HostOf(pooler, transactionPooler: true);
        var store = host.GetRequiredService<ICustomerProfileStore>();
        await store.LiveAsync();

        // Many at once, so that each call gets a connection that others have used.
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(store.LiveAsync)));

        (await database.ValueAsync<long>("select count(*) from cp_customers"))
            .Should()
            .Be((Callers + 1) * StoreLife.Customers);
    }

    [PostgreSqlFact(pooler: true)]
    public async Task Nothing_is_left_in_the_sessions_behind_a_transaction_pooler()
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        await using var pooler = await PgBouncer.StartNewAsync(
            database.ConnectionString,
            "default_pool_size = 1",
            "server_reset_query ="
        );
        await using var host = HostOf(pooler, transactionPooler: true);
        for (var i = 0; i < 3; i++)
        {
            await host.GetRequiredService<ICustomerProfileStore>().LiveAsync();
        }

        // The only connection of PgBouncer to the server.
        await using var connection = new Npgsql.NpgsqlConnection(pooler.ConnectionString);
        await connection.OpenAsync();
        await using var command = new Npgsql.NpgsqlCommand(
            "select (select count(*) from pg_prepared_statements) + (select count(*) from pg_settings where "
                + "source = 'session' and name not in ('client_encoding', 'DateStyle', 'TimeZone', "
                + "'application_name', 'standard_conforming_strings', 'IntervalStyle'))",
            connection
        );

        (await command.ExecuteScalarAsync()).Should().Be(0L);
    }

    [PostgreSqlTheory(pooler: true)]
    [InlineData(false, "*startup parameter*TransactionPooler = true*")]
    [InlineData(true, "*did not get the options*TransactionPooler = true*")]
    public async Task Without_the_option_the_error_names_it(bool isSilent, string message)
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        await using var pooler = await PgBouncer.StartNewAsync(
            database.ConnectionString,
            isSilent ? ["ignore_startup_parameters = options"] : []
        );
        await using var host = HostOf(pooler, transactionPooler: false);

        await FluentActions
            .Awaiting(() => host.GetRequiredService<IProfileDatabase>().UpgradeAsync().AsTask())
            .Should()
            .ThrowAsync<ProfileDatabaseException>()
            .WithMessage(message);
        await FluentActions
            .Awaiting(() => host.GetRequiredService<IProfileDatabase>().CheckAsync().AsTask())
            .Should()
            .ThrowAsync<ProfileDatabaseException>()
            .WithMessage(message);
    }

    [PostgreSqlTheory(pooler: true)]
    [InlineData("Search Path=public")]
    [InlineData("Options=-c geqo=off")]
    public async Task Startup_options_of_the_host_are_named_too(string more)
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        await using var pooler = await PgBouncer.StartNewAsync(database.ConnectionString);
        await using var host = HostOf(pooler, transactionPooler: true, more);

        await FluentActions
            .Awaiting(() => host.GetRequiredService<IProfileDatabase>().UpgradeAsync().AsTask())
            .Should()
            .ThrowAsync<ProfileDatabaseException>()
            .WithMessage("*leave Options and Search Path out*");
    }

    private static ServiceProvider HostOf(PgBouncer pooler, bool transactionPooler, string more = "") =>
        new ServiceCollection()
            .AddCustomerProfiles()
            .UsePostgreSql(
                $"{pooler.ConnectionString};{more}",
                options =>
                {
                    options.UpgradeAtStart = true;
                    options.TransactionPooler = transactionPooler;
                }
            )
            .Services.BuildServiceProvider();
}
