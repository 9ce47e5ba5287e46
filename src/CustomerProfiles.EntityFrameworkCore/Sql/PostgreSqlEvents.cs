namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>The statements of PostgreSQL that write, claim and settle events.</summary>
/// <remarks>
/// <para>
/// The row of a queue is locked after the customer, and several of them in the order of their keys, so that no two
/// calls deadlock. Claiming waits for nobody. A statement that locks a queue sees its events as of the beginning of the
/// statement, so the lock is a statement of its own. Only claiming is one statement: a row that was changed since is
/// not found by its place, so such a queue is not claimed.
/// </para>
/// <para>
/// Whether a queue is empty follows from the counter in its row, which is current when the row is locked. Events that
/// are just being written are not visible.
/// </para>
/// </remarks>
internal sealed class PostgreSqlEvents
{
    private const string Stopped = "timestamptz 'infinity'";

    /// <summary>The queues that are being emptied.</summary>
    private const string PayloadQueues = "customer_profiles.cleared_queues";

    public required StoreTables Tables { get; init; }

    public required string Clock { get; init; }

    public EventStatements Statements =>
        new()
        {
            AreOn = $"select f.is_on from {Tables.Features} f where f.name = '{FeatureRow.Events}'",

            SetOn = $"""
                insert into {Tables.Features} (name, is_on) values ('{FeatureRow.Events}', @is_on)
                on conflict (name) do update set is_on = excluded.is_on
                """,

            Clear = $"""
                select set_config('{PayloadQueues}', coalesce((
                        select json_agg(json_build_array(q.tenant, q.customer_id) order by q.tenant, q.customer_id)
                        from (
                            select q.tenant, q.customer_id from {Tables.EventQueues} q
                            where q.available_from is not null
                            order by q.available_from limit @most) q)::text, '[]'), true)
                    as {StoreStatements.Lock};
                {LockOf(Cleared)};
                with cleared as materialized (
                    select q.place, s.tenant, s.customer_id from {Cleared} {QueueOf("q.ctid as place")}),
                gone as (
                    delete from {Tables.Events} e
                    using cleared s cross join lateral (
                        select o.ctid as place from {Tables.Events} o
                        where o.tenant = s.tenant and o.customer_id = s.customer_id offset 0) o
                    where e.ctid = o.place),
                emptied as (
                    update {Tables.EventQueues} q set attempts = 0, lease_id = null, available_from = null
                    from cleared s where q.ctid = s.place)
                select count(*) from cleared
                """,

            Claim = $"""
                with next as materialized (
                    select q.ctid as place from {Tables.EventQueues} q
                    where q.available_from <= {Clock}
                    order by q.available_from
                    limit @queues for no key update skip locked),
                claimed as (
                    update {Tables.EventQueues} q set lease_id = @lease, available_from = {Clock} + @lease_for
                    from next n where q.ctid = n.place
                    returning q.tenant, q.customer_id, q.attempts)
                select c.tenant, c.customer_id, c.attempts, (
                    select json_agg(json_build_array(e.sequence, e.event) order by e.sequence) from (
                        select e.sequence, e.event from {Tables.Events} e
                        where e.tenant = c.tenant and e.customer_id = c.customer_id
                        order by e.sequence limit @events) e)
                from (select count(*) as found from next) n left join claimed c on true
                where n.found > 0
                """,

            Settle = $"""
                {LockOf($"""
                    (select * from unnest(@tenants, @ids, @leases) s (tenant, customer_id, lease)
                     order by s.tenant collate "C", s.customer_id) s
                    """, "q.lease_id = s.lease")};
                with settled as materialized (
                    select q.place, q.last_sequence, s.*
                    from unnest(@tenants, @ids, @leases, @delivered, @attempts, @delays, @stopped)
                        s (tenant, customer_id, lease, delivered, attempts, delay, is_stopped)
                    {QueueOf("q.ctid as place, q.last_sequence", "q.lease_id = s.lease")}),
                gone as (
                    delete from {Tables.Events} e
                    using settled s cross join lateral (
                        select o.ctid as place from {Tables.Events} o
                        where o.tenant = s.tenant and o.customer_id = s.customer_id and o.sequence <= s.delivered
                        offset 0) o
                    where e.ctid = o.place)
                update {Tables.EventQueues} q
                set lease_id = null,
                    attempts = case when s.last_sequence > s.delivered then s.attempts else 0 end,
                    available_from = case when s.last_sequence <= s.delivered then null
                        when s.is_stopped then {Stopped} else {Clock} + s.delay end
                from settled s where q.ctid = s.place
                """,

            GetStopped = $"""
                select q.tenant, q.customer_id, q.attempts, e.sequence, e.event
                from (
                    select q.tenant, q.customer_id, q.attempts from {Tables.EventQueues} q
                    where q.available_from >= {Stopped} order by q.available_from limit @most) q
                cross join lateral (
                    select e.sequence, e.event from {Tables.Events} e
                    where e.tenant = q.tenant and e.customer_id = q.customer_id order by e.sequence limit 1) e
                """,

            Restart = $"""
                select q.customer_id as {StoreStatements.Lock} from {Tables.EventQueues} q
                where q.tenant = @tenant and q.customer_id = @id
                for no key update;
                with held as materialized (
                    select q.last_sequence from (
                        select q.last_sequence, q.available_from from {Tables.EventQueues} q
                        where q.tenant = @tenant and q.customer_id = @id offset 0) q
                    where q.available_from = {Stopped}
                      and @sequence = (
                        select e.sequence from {Tables.Events} e
                        where e.tenant = @tenant and e.customer_id = @id order by e.sequence limit 1)),
                skipped as (
                    delete from {Tables.Events} e using held
                    where @skips and e.tenant = @tenant and e.customer_id = @id and e.sequence = @sequence)
                update {Tables.EventQueues} q
                set attempts = 0,
                    available_from = case when @skips and h.last_sequence = @sequence then null else {Clock} end
                from held h where q.tenant = @tenant and q.customer_id = @id
                returning 1
                """,
        };

    /// <summary>The parts of a statement that write events.</summary>
    /// <param name="source">A source of rows (id, event); where the event is null, nothing is written.</param>
    public string Written(string source) =>
        $"""
            numbered as (
                insert into {Tables.EventQueues} as q (tenant, customer_id, last_sequence, attempts, available_from)
                select @tenant, s.id, 1, 0, {Clock} from {source} s where s.event is not null order by s.id
                on conflict (tenant, customer_id) do update
                set last_sequence = q.last_sequence + 1,
                    available_from = coalesce(q.available_from, excluded.available_from)
                returning customer_id, last_sequence),
            waiting as (
                insert into {Tables.Events} (tenant, customer_id, sequence, event)
                select @tenant, n.customer_id, n.last_sequence, s.event
                from numbered n join {source} s on s.id = n.customer_id)
            """;

    /// <summary>The same for @event of @id, when a part of the statement has written a row.</summary>
    public string WrittenAfter(string written) =>
        Written($"(select cast(@id as uuid) as id, cast(@event as text) as event from {written})");

    private const string Cleared = $"""
        (select e ->> 0 as tenant, (e ->> 1)::uuid as customer_id
         from json_array_elements(cast(current_setting('{PayloadQueues}') as json)) e) s
        """;

    private string LockOf(string source, string condition = "true") =>
        $"""
            select q.customer_id as {StoreStatements.Lock}
            from {source} {QueueOf("q.customer_id", condition, "for no key update")}
            """;

    /// <summary>The queue of a row s.</summary>
    private string QueueOf(string columns, string condition = "true", string strength = "") =>
        $"""
            cross join lateral (
                select {columns} from {Tables.EventQueues} q
                where q.tenant = s.tenant and q.customer_id = s.customer_id and {condition} offset 0 {strength}) q
            """;
}
