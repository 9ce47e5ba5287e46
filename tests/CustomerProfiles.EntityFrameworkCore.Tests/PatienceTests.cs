using CustomerProfiles.EntityFrameworkCore.Tests.Support;
using CustomerProfiles.Stores;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace CustomerProfiles.EntityFrameworkCore.Tests;

/// <summary>
/// With no connection free, or a server that does not respond, intake fails once, within the limits of the connection
/// string, and works again as soon as the database does.
/// </summary>
public sealed class PatienceTests
{
    private const string Ada = "ada@example.com";
    private const string Ben = "ben@example.com";

    /// <summary>Longer than a test takes, so that only the limit under test ends a call.</summary>
    private const string LongLocks = "Options=-c lock_timeout=60s";

    [PostgreSqlFact]
    public async Task With_the_pool_exhausted_intake_fails_in_time_and_then_recovers()
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        var store = await StoreAsync(database, $"Maximum Pool Size=1;Timeout=1;{LongLocks}");
        await using var locking = await LockAsync(database);

        // Takes the only connection, and waits for the lock.
        var holding = Task.Run(() => RecordAsync(store, Ada));
        await WaitingAsync(database);

        (await FluentActions.Awaiting(() => RecordAsync(store, Ben)).Should().ThrowExactlyAsync<NpgsqlException>())
            .WithMessage("*pool*Max Pool Size*Timeout*")
            .WithInnerException<TimeoutException>();
        await locking.RollbackAsync();
        (await holding)!.IsNewConversation.Should().BeTrue();
        (await RecordAsync(store, Ben))!.IsNewConversation.Should().BeTrue("the failed call has written nothing");
    }

    [PostgreSqlFact]
    public async Task A_command_that_takes_too_long_fails_once_and_the_next_one_works()
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        var store = await StoreAsync(database, $"Command Timeout=1;{LongLocks}");
        await using var locking = await LockAsync(database);

        (
            await FluentActions.Awaiting(() => RecordAsync(store, Ada)).Should().ThrowExactlyAsync<NpgsqlException>()
        ).WithInnerException<TimeoutException>();
        await locking.RollbackAsync();

        (await RecordAsync(store, Ada))!.IsNewConversation.Should().BeTrue("the failed call has written nothing");
    }

    [PostgreSqlFact]
    public async Task A_call_that_its_host_cancels_while_it_waits_for_a_connection_ends_at_once()
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        var store = await StoreAsync(database, $"Maximum Pool Size=1;Timeout=600;{LongLocks}");
        await using var locking = await LockAsync(database);
        var holding = Task.Run(() => RecordAsync(store, Ada));
        await WaitingAsync(database);
        using var host = new CancellationTokenSource();

        var waiting = store.GetAsync(default, CustomerId.From(Guid.NewGuid()), host.Token).AsTask();
        await host.CancelAsync();

        await FluentActions.Awaiting(() => waiting).Should().ThrowAsync<OperationCanceledException>();
        await locking.RollbackAsync();
        (await holding)!.IsNewConversation.Should().BeTrue();
    }

    private static async Task<ICustomerProfileStore> StoreAsync(PostgreSqlTestDatabase database, string settings)
    {
        var store = database
            .Host(connectionString: $"{database.ConnectionString};{settings}")
            .GetRequiredService<ICustomerProfileStore>();
        await store.CreateAsync(Ada);
        await store.CreateAsync(Ben);
        return store;
    }

    private static Task<ConversationLookup?> RecordAsync(ICustomerProfileStore store, string address) =>
        store
            .RecordConversationAsync(
                default,
                StoreCalls.IdentityOf(address),
                StoreCalls.Record("2"),
                CancellationToken.None
            )
            .AsTask();

    /// <summary>A transaction that locks Ada.</summary>
    private static async Task<LockingTransaction> LockAsync(PostgreSqlTestDatabase database)
    {
        var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        var transaction = await connection.BeginTransactionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText =
            $"select 1 from cp_customers where id = (select customer_id from cp_identities where value = '{Ada}') "
            + "for update";
        (await command.ExecuteScalarAsync()).Should().NotBeNull();
        return new LockingTransaction(connection, transaction);
    }

    private static async Task WaitingAsync(PostgreSqlTestDatabase database)
    {
        const string waiting = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'";
        while (await database.ValueAsync<long>($"{waiting} and datname = current_database()") == 0)
        {
            await Task.Yield();
        }
    }

    private sealed class LockingTransaction(NpgsqlConnection connection, NpgsqlTransaction transaction)
        : IAsyncDisposable
    {
        public Task RollbackAsync() => transaction.RollbackAsync();

        public ValueTask DisposeAsync() => connection.DisposeAsync();
    }
}
