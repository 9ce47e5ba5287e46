using CustomerProfiles.EntityFrameworkCore.Tests.Support;
using CustomerProfiles.Stores;
using Npgsql;

namespace CustomerProfiles.EntityFrameworkCore.Tests;

/// <summary>
/// An edit on PostgreSQL sees the database as of its beginning, and then waits for the customer's row. What another
/// call has committed meanwhile decides.
/// </summary>
public sealed class WaitingEditTests
{
    public static TheoryData<string, Type> Others =>
        new()
        {
            { "update cp_customers set version = version + 1", typeof(UpdateResult.Stale) },
            {
                "insert into cp_identities (tenant, kind, value, customer_id) select tenant, 'email', "
                    + "'ada@example.net', id from cp_customers; update cp_customers set version = version + 1",
                typeof(UpdateResult.Stale)
            },
            {
                "insert into cp_properties (tenant, customer_id, key, value) select tenant, id, 'plan', 'gold' "
                    + "from cp_customers; update cp_search set properties = '[[\"plan\",\"gold\"]]'; "
                    + "update cp_customers set version = version + 1",
                typeof(UpdateResult.Stale)
            },
            { "update cp_customers set merged_into = id", typeof(UpdateResult.NotFound) },
            { "delete from cp_customers", typeof(UpdateResult.NotFound) },
            { "update cp_customers set is_suppressed = true", typeof(UpdateResult.Updated) },
        };

    [PostgreSqlTheory]
    [MemberData(nameof(Others))]
    public async Task An_edit_that_waited_is_decided_by_what_another_call_wrote(string other, Type expected)
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        var store = database.Store();
        var ada = await store.CreateAsync("ada@example.com");

        var result = await WhileAnotherWritesAsync(
            database,
            other,
            () => store.UpdateAsync(ada.WithNotes("Likes machines."), change: null, default).AsTask()
        );

        result.Should().BeOfType(expected);
        (await database.ValueAsync<long>("select count(*) from cp_customers where profile::text like '%machines%'"))
            .Should()
            .Be(expected == typeof(UpdateResult.Updated) ? 1 : 0);
    }

    [PostgreSqlFact]
    public async Task An_edit_that_waited_for_a_change_of_the_history_is_numbered_after_it()
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        var store = database.Store();
        var ada = await store.CreateAsync("ada@example.com");
        var next = ada.WithNotes("Likes machines.");
        var change = new ProfileChange
        {
            Kind = HistoryKind.Edit,
            By = new Provenance(ProvenanceSource.Agent, "kim", StoreCalls.Now),
            Values = [new PreviousValue { Field = ProfileField.Notes }],
        };
        const string suppressed =
            "insert into cp_history (tenant, customer_id, number, change) select tenant, id, last_change + 1, 'other' "
            + "from cp_customers; update cp_customers set last_change = last_change + 1, is_suppressed = true";

        var result = await WhileAnotherWritesAsync(
            database,
            suppressed,
            () => store.UpdateAsync(next, change, default).AsTask()
        );

        result.Should().BeOfType<UpdateResult.Updated>();
        (await database.ValueAsync<string>("select string_agg(number::text, ' ' order by number) from cp_history"))
            .Should()
            .Be("1 2");
    }

    private static async Task<UpdateResult> WhileAnotherWritesAsync(
        PostgreSqlTestDatabase database,
        string other,
        Func<Task<UpdateResult>> edit
    )
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand(other, connection, transaction);
        await command.ExecuteNonQueryAsync();
        var editing = edit();
        await database.WaitingAsync(1, editing);
        await transaction.CommitAsync();
        return await editing;
    }
}
