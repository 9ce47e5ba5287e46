namespace CustomerProfiles.ManyHosts.Tests;

/// <summary>The events that the hosts of a fleet delivered, in a table that they write to.</summary>
internal sealed class DeliveredEvents(PostgreSqlDatabase database)
{
    public Task CreateTableAsync() =>
        database.ExecuteAsync(
            """
            CREATE TABLE test_deliveries (number bigserial PRIMARY KEY, tenant text, customer_id uuid, sequence bigint,
                event_id uuid, kind text, host text)
            """
        );

    /// <summary>Completes when no event waits for delivery.</summary>
    public Task AreAllDeliveredAsync(string tenant) =>
        Eventually.IsSoAsync(
            "all events are delivered",
            async () => await database.ValueAsync<long>("SELECT count(*) FROM cp_events WHERE tenant = $1", tenant) == 0
        );

    /// <summary>All deliveries, in their order.</summary>
    public Task<IReadOnlyList<Delivery>> ReadAsync(string tenant) =>
        database.RowsAsync(
            "SELECT customer_id, sequence, event_id, kind FROM test_deliveries WHERE tenant = $1 ORDER BY number",
            row => new Delivery(row.GetGuid(0), row.GetInt64(1), row.GetGuid(2), row.GetString(3)),
            tenant
        );

    /// <summary>The sequence of the last event of each customer.</summary>
    public async Task<IReadOnlyDictionary<Guid, long>> LastSequencesAsync(string tenant) =>
        (
            await database.RowsAsync(
                "SELECT customer_id, last_sequence FROM cp_event_queues WHERE tenant = $1",
                row => (Customer: row.GetGuid(0), Last: row.GetInt64(1)),
                tenant
            )
        ).ToDictionary(row => row.Customer, row => row.Last);

    /// <summary>One delivery.</summary>
    public sealed record Delivery(Guid Customer, long Sequence, Guid Event, string Kind);
}
