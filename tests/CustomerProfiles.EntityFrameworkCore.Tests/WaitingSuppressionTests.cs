using CustomerProfiles.EntityFrameworkCore.Tests.Support;
using CustomerProfiles.Stores;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace CustomerProfiles.EntityFrameworkCore.Tests;

/// <summary>
/// Whoever suppresses an identity on PostgreSQL, and waits while its owner is merged, suppresses the survivor.
/// </summary>
public sealed class WaitingSuppressionTests
{
    [PostgreSqlFact]
    public async Task An_identity_whose_owner_is_merged_meanwhile_is_suppressed_for_the_survivor_without_a_deadlock()
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        var store = database
            .Host(connectionString: $"{database.ConnectionString};Options=-c lock_timeout=60s")
            .GetRequiredService<ICustomerProfileStore>();
        var ada = await store.CreateAsync("ada@example.com");
        var bob = await store.CreateAsync("bob@example.com", StoreCalls.Provider);
        await using var merge = await StoppedMerge.StartAsync(database, store, ada.Id, bob.Id);
        var suppressing = store.SetSuppressedAsync(default, ada.Identities[0], true, default).AsTask();
        await database.WaitingAsync(2, suppressing);

        // An edit of the survivor locks them first, then the identity.
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var edit = new NpgsqlCommand(
            $"begin; select from cp_customers where id = '{bob.Id}' for no key update",
            connection
        );
        var editing = edit.ExecuteNonQueryAsync();
        await database.WaitingAsync(3, editing);
        await merge.GoOnAsync();
        await editing;
        await using var identity = new NpgsqlCommand(
            "update cp_identities set origin_id = origin_id where value = 'ada@example.com'; commit",
            connection
        );
        await identity.ExecuteNonQueryAsync();
        await suppressing;

        (await store.GetAsync(default, bob.Id, default))!.IsSuppressed.Should().BeTrue();
        (await store.ClaimAsync()).Should().BeNull("their check is not wanted any more");
        (await database.ValueAsync<long>("select deadlocks from pg_stat_database where datname = current_database()"))
            .Should()
            .Be(0);
    }
}
