namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// The statements of PostgreSQL that create customers, for one of them and for many: both are made from one text, so
/// that they write the same. And the one that records many conversations.
/// </summary>
internal sealed class PostgreSqlIntake
{
    /// <summary>
    /// How long a batch waits for a lock, unless the host's connection sets another limit. Then each call is written
    /// alone and waits for itself, so that a host that is paused holds only calls about the same customers.
    /// </summary>
    private const string LongestWaitTogether = "250ms";

    public required StoreTables Tables { get; init; }

    /// <summary>How long a call waits for a lock.</summary>
    public required string LongestWait { get; init; }

    /// <summary>The columns of a stored customer c.</summary>
    public required string Stored { get; init; }

    public required string CheckColumns { get; init; }

    /// <summary>The time of a lease that is over.</summary>
    public required string NoLease { get; init; }

    public required string Clock { get; init; }

    public required string Settings { get; init; }

    public required Func<string, string> SettingGeneration { get; init; }

    public required Func<string, string> IsDisabled { get; init; }

    public required Func<string, string, string> IsMarked { get; init; }

    /// <summary>The identities of the customers that the first statement of a creation has created.</summary>
    private const string PayloadCreated = "customer_profiles.created";

    public GatheredStatements Gathered =>
        new() { RecordConversations = Together + RecordConversations, Create = Together + Creation(isGathered: true) };

    private string Together =>
        $"""
            select set_config('lock_timeout', '{LongestWaitTogether}', true) as {StoreStatements.Lock}
            where current_setting('lock_timeout') in ('0', '{LongestWait}');

            """;

    /// <summary>
    /// Two conversations of a batch may be the same one, by two identities of a customer. The first one is recorded.
    /// </summary>
    private string RecordConversations =>
        $"""
            with found as materialized (
                select n.conversation, n.direction, n.occurred_at, n.place, f.customer_id
                from unnest(@kinds, @values, @conversations, @directions, @occurred_at) with ordinality
                    n (kind, value, conversation, direction, occurred_at, place)
                cross join lateral (
                    select f.customer_id from {Tables.Identities} f where f.tenant = @tenant and f.kind = n.kind
                        and f.value = n.value offset 0) f),
            recorded as (
                insert into {Tables.Conversations} (tenant, customer_id, conversation_id, direction, occurred_at)
                select distinct on (f.customer_id, f.conversation)
                    @tenant, f.customer_id, f.conversation, f.direction, f.occurred_at
                from found f
                order by f.customer_id, f.conversation, f.place
                on conflict do nothing
                returning customer_id, conversation_id)
            select {Stored}, r.customer_id is not null, t.direction, t.occurred_at, f.place
            from found f
            cross join lateral (select c.* from {Tables.Customers} c where c.tenant = @tenant
                and c.id = f.customer_id offset 0) c
            left join recorded r on r.customer_id = f.customer_id and r.conversation_id = f.conversation
            left join lateral (
                select t.direction, t.occurred_at from {Tables.Conversations} t
                where t.tenant = @tenant and t.customer_id = f.customer_id
                    and t.conversation_id = f.conversation offset 0) t on true
            """;

    /// <summary>
    /// The second call finds the identity taken and writes nothing. The suppression of the identity is read after it
    /// was gained, because the one who suppresses it may have locked it first.
    /// </summary>
    /// <param name="isGathered">Whether the parameters are arrays.</param>
    public string Creation(bool isGathered)
    {
        const string columns =
            "n (kind, value, id, version, created_at, updated_at, profile, search, conversation, direction, "
            + "occurred_at)";
        const string keys = "n (kind, value, id, occurred_at, place)";
        var rows = isGathered
            ? "unnest(@kinds, @values, @ids, @versions, @created_at, @updated_at, @profiles, @searches, "
                + $"@conversations, @directions, @occurred_at) {columns}"
            : "(select @kind, @value, @id, @version, @created_at, @updated_at, @profile, @search, @conversation, "
                + $"@direction, @occurred_at) {columns}";
        var keyRows = isGathered
            ? $"unnest(@kinds, @values, @ids, @occurred_at) with ordinality {keys}"
            : $"(select @kind, @value, @id, @occurred_at, 1) {keys}";
        var checks = isGathered
            ? "join unnest(@check_of, @providers) p (place, provider) on p.place = o.place"
            : "cross join unnest(@providers) p (provider)";
        return $"""
            with owned as (
                insert into {Tables.Identities} (tenant, kind, value, customer_id)
                select @tenant, n.kind, n.value, n.id from {rows} order by n.kind, n.value
                on conflict do nothing
                returning customer_id),
            made as (
                insert into {Tables.Customers} (tenant, id, version, created_at, updated_at, profile, search,
                    is_suppressed, suppression_generation)
                select @tenant, n.id, n.version, n.created_at, n.updated_at, cast(n.profile as json), n.search,
                    false, 0
                from owned o join {rows} on n.id = o.customer_id),
            recorded as (
                insert into {Tables.Conversations} (tenant, customer_id, conversation_id, direction, occurred_at)
                select @tenant, n.id, n.conversation, n.direction, n.occurred_at
                from owned o join {rows} on n.id = o.customer_id)
            select set_config('{PayloadCreated}',
                    coalesce((select string_agg(o.customer_id::text, ',') from owned o), ''), true)
                as {StoreStatements.Lock};
            with owned as materialized (
                select n.place, n.id, n.kind, n.value, n.occurred_at from {keyRows}
                where n.id = any (string_to_array(current_setting('{PayloadCreated}'), ',')::uuid[])),
            requested as (
                insert into {Tables.Checks} ({CheckColumns})
                select distinct @tenant, o.id, p.provider, o.occurred_at, true,
                    {SettingGeneration("p.provider")}, 0,
                    {NoLease}, {NoLease}, least(o.occurred_at, {Clock}), 0
                from owned o {checks}
                where not {IsDisabled("p.provider")} and not {IsMarked("o.kind", "o.value")}
                on conflict do nothing
                returning customer_id, provider)
            select exists (select 1 from owned o where o.place = n.place),
                (select json_agg(a.provider) from requested a where a.customer_id = n.id),
                {Settings}, {IsMarked("n.kind", "n.value")}, n.place
            from {keyRows}
            """;
    }
}
