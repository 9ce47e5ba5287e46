using CustomerProfiles.EntityFrameworkCore.Tests.Support;
using Microsoft.Data.Sqlite;

namespace CustomerProfiles.EntityFrameworkCore.Tests;

/// <summary>
/// The length of the queue comes from the index of pending checks, so its cost depends on that length and not on the
/// number of all checks.
/// </summary>
public sealed class PendingIndexTests
{
    private const string Index = "ix_cp_checks_pending";

    /// <summary>As many ended checks as a small host has after a while, and one pending check.</summary>
    private const string Ended = """
        with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < 5000)
        insert into cp_checks
            (tenant, customer_id, provider, requested_at, is_pending, setting_generation, suppression_generation,
                not_before, leased_until, available_from, attempt)
        select k.tenant, k.customer_id, 'ended-' || n, k.requested_at, not k.is_pending, 0, 0, k.not_before,
            k.leased_until, k.available_from, 0
        from cp_checks k cross join numbers
        """;

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task Pending_checks_are_counted_by_their_index(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var counter = new StatementCounter();
        var store = database.Store(counter);
        await store.CreateAsync("ada@example.com", StoreCalls.Provider);
        await database.ExecuteAsync(Ended);
        (await store.CountPendingChecksAsync(default)).Should().Equal(new Stores.PendingChecks(StoreCalls.Provider, 1));
        var statement = counter.Commands.Last();

        // A server keeps statistics by itself; an SQLite file usually has none.
        if (kind == DatabaseKind.PostgreSql)
        {
            await database.ExecuteAsync("analyze");
        }

        (await PlanAsync(database, kind, statement)).Should().Contain(Index);
    }

    private static async Task<string> PlanAsync(TestDatabase database, DatabaseKind kind, string statement)
    {
        if (kind == DatabaseKind.PostgreSql)
        {
            return await database.ValueAsync<string>($"explain (format json) {statement}");
        }

        await using var connection = new SqliteConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = $"explain query plan {statement}";
        await using var reader = await command.ExecuteReaderAsync();
        var plan = "";
        while (await reader.ReadAsync())
        {
            plan += reader["detail"] + "\n";
        }

        return plan;
    }
}
