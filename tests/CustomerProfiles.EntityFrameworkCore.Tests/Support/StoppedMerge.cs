using CustomerProfiles.Stores;
using Npgsql;

namespace CustomerProfiles.EntityFrameworkCore.Tests.Support;

/// <summary>
/// A merge on PostgreSQL that has locked both customers and written their checks, and is stopped by a lock of ours on
/// what else it removes.
/// </summary>
internal sealed class StoppedMerge : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly Task<bool> _merging;

    private StoppedMerge(NpgsqlConnection connection, Task<bool> merging)
    {
        _connection = connection;
        _merging = merging;
    }

    public static async Task<StoppedMerge> StartAsync(
        PostgreSqlTestDatabase database,
        ICustomerProfileStore store,
        CustomerId from,
        CustomerId into
    )
    {
        var merge = await store.PlanAsync(from, into);
        var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var held = new NpgsqlCommand(
            $"begin; select from cp_search where customer_id = '{from}' for update",
            connection
        );
        await held.ExecuteNonQueryAsync();
        var merging = store.Merging().MergeAsync(merge, default).AsTask();
        await database.WaitingAsync(1, merging);
        return new StoppedMerge(connection, merging);
    }

    /// <summary>Lets it go on, and waits until it is written.</summary>
    public async Task GoOnAsync()
    {
        await using var command = new NpgsqlCommand("rollback", _connection);
        await command.ExecuteNonQueryAsync();
        (await _merging).Should().BeTrue();
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
