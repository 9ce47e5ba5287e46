namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// The statements of SQLite that write, claim and settle events. Their transaction has the write lock already.
/// </summary>
internal sealed class SqliteEvents
{
    /// <summary>The end of all time.</summary>
    private const string Stopped = "9223372036854775807";

    public required StoreTables Tables { get; init; }

    public EventStatements Statements =>
        new()
        {
            Write = Written("(select @id as id)", "true"),

            AreOn = $"select is_on from {Tables.Features} where name = '{FeatureRow.Events}'",

            SetOn = $"""
                insert into {Tables.Features} (name, is_on) select '{FeatureRow.Events}', @is_on where true
                on conflict (name) do update set is_on = excluded.is_on
                """,

            Clear = $"""
                delete from {Tables.Events};
                update {Tables.EventQueues} indexed by {Tables.IndexOfAvailableQueues}
                set attempts = 0, lease_id = null, available_from = null
                where available_from is not null;
                select 0
                """,

            // In the order of the index, up to the last one that is claimed.
            Claim = $"""
                with bound (due, id) as materialized (
                    select q.available_from, q.rowid from {Tables.EventQueues} q
                        indexed by {Tables.IndexOfAvailableQueues}
                    where q.available_from <= @clock
                    order by q.available_from, q.rowid limit 1 offset @queues - 1)
                update {Tables.EventQueues} indexed by {Tables.IndexOfAvailableQueues}
                set lease_id = @lease, available_from = @clock + @lease_for
                where available_from <= coalesce((select due from bound), @clock)
                  and not exists (
                    select 1 from bound
                    where ({Tables.EventQueues}.available_from, {Tables.EventQueues}.rowid) > (bound.due, bound.id))
                returning tenant, customer_id, attempts, (
                    select json_group_array(json_array(e.sequence, e.event)) from (
                        select o.sequence, o.event from {Tables.Events} o indexed by {Tables.IndexOfEventsKey}
                        where o.tenant = {Tables.EventQueues}.tenant
                          and o.customer_id = {Tables.EventQueues}.customer_id
                        order by o.sequence limit @events) e)
                """,

            Settle = $"""
                delete from {Tables.Events} indexed by {Tables.IndexOfEventsKey}
                where tenant = @tenant and customer_id = @id and sequence <= @delivered
                  and (
                    select 1 from {Tables.EventQueues} q
                    where q.tenant = @tenant and q.customer_id = @id and q.lease_id = @lease) is not null;
                update {Tables.EventQueues}
                set lease_id = null, attempts = case when last_sequence > @delivered then @attempts else 0 end,
                    available_from = case when last_sequence <= @delivered then null
                        when @is_stopped then {Stopped} else @clock + @delay end
                where tenant = @tenant and customer_id = @id and lease_id = @lease
                """,

            GetStopped = $"""
                select q.tenant, q.customer_id, q.attempts, {FirstEvent("sequence")}, {FirstEvent("event")}
                from {Tables.EventQueues} q indexed by {Tables.IndexOfAvailableQueues}
                where q.available_from = {Stopped} limit @most
                """,

            Restart = $"""
                update {Tables.EventQueues}
                set attempts = 0,
                    available_from = case when @skips and last_sequence = @sequence then null else @clock end
                where tenant = @tenant and customer_id = @id and available_from = {Stopped}
                  and @sequence = (
                    select e.sequence from {Tables.Events} e indexed by {Tables.IndexOfEventsKey}
                    where e.tenant = @tenant and e.customer_id = @id order by e.sequence limit 1)
                returning 1;
                delete from {Tables.Events}
                where changes() > 0 and @skips and tenant = @tenant and customer_id = @id and sequence = @sequence
                """,
        };

    /// <summary>The statements that write @event.</summary>
    /// <param name="source">A source of rows (id): each gets the event.</param>
    /// <param name="condition">Whether it is written; the same for all of them.</param>
    public string Written(string source, string condition) =>
        $"""
            insert into {Tables.EventQueues} (tenant, customer_id, last_sequence, attempts, available_from)
            select @tenant, s.id, 1, 0, @clock from {source} s where {condition}
            on conflict (tenant, customer_id) do update
            set last_sequence = last_sequence + 1,
                available_from = coalesce(available_from, excluded.available_from);
            insert into {Tables.Events} (tenant, customer_id, sequence, event)
            select @tenant, s.id, (
                select q.last_sequence from {Tables.EventQueues} q where q.tenant = @tenant and q.customer_id = s.id),
                @event
            from {source} s where {condition};
            """;

    private string FirstEvent(string column) =>
        $"""
            (select e.{column} from {Tables.Events} e indexed by {Tables.IndexOfEventsKey}
             where e.tenant = q.tenant and e.customer_id = q.customer_id order by e.sequence limit 1)
            """;
}
