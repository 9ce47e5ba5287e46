namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// The statements of PostgreSQL that create customers, for one of them and for many: both are made from one text, so
/// that they write the same. And those that record a conversation, and many.
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

    /// <summary>The columns of the document that says what a profile is found by.</summary>
    public required string SearchColumns { get; init; }

    /// <summary>The time of a lease that is over.</summary>
    public required string NoLease { get; init; }

    public required string Clock { get; init; }

    public required string Settings { get; init; }

    public required Func<string, string> SettingGeneration { get; init; }

    public required Func<string, string> IsDisabled { get; init; }

    public required Func<string, string, string> IsMarked { get; init; }

    /// <summary>The parts of a statement that write the events of a source of rows (id, event).</summary>
    public required Func<string, string> WrittenEvents { get; init; }

    public required PostgreSqlDuplicates Duplicates { get; init; }

    /// <summary>The last conversation of who never had one (<see cref="SearchPosition.NoConversation"/>).</summary>
    private const string NoConversation = "timestamptz '1970-01-01 00:00:00+00'";

    /// <summary>The ids of the customers that the first statement of a batch has created.</summary>
    private const string PayloadCreated = "customer_profiles.created";

    public GatheredStatements Gathered =>
        new()
        {
            RecordConversations = Together + RecordConversations,
            Create = Together + Creation(isGathered: true, OptionalWrites.All),
            Add = Together + Addition,
        };

    private string Together =>
        $"""
            select set_config('lock_timeout', '{LongestWaitTogether}', true) as {StoreStatements.Lock}
            where current_setting('lock_timeout') in ('0', '{LongestWait}');

            """;

    /// <summary>
    /// A new conversation is recorded only if its customer's activity could be locked. A merge, its undoing or an
    /// erasure, for which this may have waited, has removed the activity of everybody whose identities or conversations
    /// went elsewhere. Then nothing is recorded, and the next statement sees where they are now.
    /// </summary>
    public string RecordConversation =>
        $"""
            with found as materialized (
                select f.customer_id, coalesce(f.origin_id, f.customer_id) as origin, t.direction, t.occurred_at
                from {Tables.Identities} f
                left join lateral (
                    select t.direction, t.occurred_at from {Tables.Conversations} t
                    where t.tenant = @tenant and t.customer_id = coalesce(f.origin_id, f.customer_id)
                        and t.conversation_id = @conversation offset 0) t on true
                where f.tenant = @tenant and f.kind = @kind and f.value = @value),
            held as materialized (
                select a.customer_id from {Tables.Activity} a
                where a.tenant = @tenant
                    and a.customer_id = (select f.customer_id from found f where f.direction is null)
                for no key update),
            recorded as (
                insert into {Tables.Conversations} (tenant, customer_id, conversation_id, direction, occurred_at)
                select @tenant, f.origin, @conversation, @direction, @occurred_at from found f
                where exists (select 1 from held)
                on conflict do nothing
                returning customer_id),
            active as (
                update {Tables.Activity} a set conversation_at = @occurred_at
                where a.tenant = @tenant
                    and a.customer_id = (select h.customer_id from held h where exists (select 1 from recorded))
                    and a.conversation_at < @occurred_at)
            select {Stored}, exists (select 1 from recorded), f.direction, f.occurred_at
            from found f
            cross join lateral (select c.* from {Tables.Customers} c where c.tenant = @tenant
                and c.id = f.customer_id offset 0) c
            """;

    /// <summary>
    /// The same for many. Two conversations of a batch may be the same one, by two identities of one origin. The first
    /// one is recorded. The activities are locked in the order of their keys. They are there then, so no row is
    /// inserted: as a conflict it is found by its key, where an update that joins reads the whole tenant. Which
    /// conversations are new is looked up in a hash, since sessions allow no other join than nested loops.
    /// </summary>
    private string RecordConversations =>
        $"""
            with found as materialized (
                select n.conversation, n.direction, n.occurred_at, n.place, f.customer_id, f.origin,
                    t.direction as first_direction, t.occurred_at as first_at
                from unnest(@kinds, @values, @conversations, @directions, @occurred_at) with ordinality
                    n (kind, value, conversation, direction, occurred_at, place)
                cross join lateral (
                    select f.customer_id, coalesce(f.origin_id, f.customer_id) as origin from {Tables.Identities} f
                    where f.tenant = @tenant and f.kind = n.kind and f.value = n.value offset 0) f
                left join lateral (
                    select t.direction, t.occurred_at from {Tables.Conversations} t
                    where t.tenant = @tenant and t.customer_id = f.origin
                        and t.conversation_id = n.conversation offset 0) t on true),
            held as materialized (
                select a.customer_id
                from (
                    select distinct f.customer_id from found f where f.first_direction is null order by 1) w
                cross join lateral (
                    select a.customer_id from {Tables.Activity} a
                    where a.tenant = @tenant and a.customer_id = w.customer_id offset 0 for no key update) a),
            recorded as (
                insert into {Tables.Conversations} (tenant, customer_id, conversation_id, direction, occurred_at)
                select distinct on (f.origin, f.conversation)
                    @tenant, f.origin, f.conversation, f.direction, f.occurred_at
                from found f
                where f.first_direction is null and (f.customer_id in (select h.customer_id from held h)) is true
                order by f.origin, f.conversation, f.place
                on conflict do nothing
                returning customer_id, conversation_id, occurred_at),
            active as (
                insert into {Tables.Activity} as a (tenant, customer_id, changed_at, conversation_at)
                select @tenant, f.customer_id, max(f.occurred_at), max(f.occurred_at) from found f
                where (f.origin, f.conversation, f.occurred_at) in (
                    select r.customer_id, r.conversation_id, r.occurred_at from recorded r)
                group by f.customer_id
                on conflict (tenant, customer_id) do update set conversation_at = excluded.conversation_at
                where a.conversation_at < excluded.conversation_at)
            select {Stored}, (f.origin, f.conversation) in (select r.customer_id, r.conversation_id from recorded r),
                f.first_direction, f.first_at, f.place, f.origin
            from found f
            cross join lateral (select c.* from {Tables.Customers} c where c.tenant = @tenant
                and c.id = f.customer_id offset 0) c
            """;

    /// <summary>
    /// Customers without a conversation. The first statement writes each of whom nothing is taken as it sees it. Who
    /// then lacks an identity, because another call has gained it meanwhile, or has an id that another call has erased
    /// meanwhile, is removed again by the second one. Nobody else sees that, because the batch is one transaction.
    /// </summary>
    /// <remarks>
    /// Sessions allow no other join than nested loops, which compare each row of a batch with each other one. So the
    /// rows of a batch are not joined: an <c>in</c> that cannot become a join is looked up in a hash.
    /// </remarks>
    public string Addition =>
        $"""
            with given as materialized (
                select * from unnest(@ids, @created_at, @updated_at, @profiles, @searches) with ordinality
                    n (id, created_at, updated_at, profile, search, place)),
            wanted as materialized ({WantedIdentities}),
            taken as materialized (
                select w.place from wanted w cross join lateral (
                    select 1 from {Tables.Identities} i where i.tenant = @tenant and i.kind = w.kind
                        and i.value = w.value offset 0) i),
            made as (
                insert into {Tables.Customers} (tenant, id, version, created_at, updated_at, profile, is_suppressed,
                    suppression_generation)
                select @tenant, n.id, 1, n.created_at, n.updated_at, cast(n.profile as json), false, 0
                from given n
                where (n.place in (select t.place from taken t)) is not true and not {IsErased("n.id")}
                order by n.id
                on conflict do nothing
                returning id),
            added as materialized (
                select n.* from given n where (n.id in (select m.id from made m)) is true),
            gained as (
                insert into {Tables.Identities} (tenant, kind, value, customer_id)
                select @tenant, w.kind, w.value, w.id from wanted w
                where (w.id in (select m.id from made m)) is true
                order by w.kind, w.value
                on conflict do nothing),
            active as (
                insert into {Tables.Activity} (tenant, customer_id, changed_at, conversation_at)
                select @tenant, n.id, n.updated_at, {NoConversation} from added n),
            {Duplicates.Of("added n", "cast(n.search as json)")}
            found_by as (
                insert into {Tables.Search} (tenant, customer_id, name, company, has_photo, text, prefixes, properties)
                select @tenant, n.id, d.name, d.company, d.has_photo, d.text, d.prefixes, d.properties
                from added n
                cross join json_to_record(cast(n.search as json)) {SearchColumns}
                returning customer_id, properties),
            known as (
                insert into {Tables.Properties} (tenant, customer_id, key, value)
                select @tenant, f.customer_id, e ->> 0, e ->> 1
                from found_by f cross join json_array_elements(cast(f.properties as json)) e)
            select set_config('{PayloadCreated}',
                    coalesce((select string_agg(m.id::text, ',') from made m), ''), true) as {StoreStatements.Lock};
            with given as materialized (
                select n.id, n.place, n.id in (select {CreatedBefore}) as is_made, {IsErased("n.id")} as is_erased
                from unnest(@ids) with ordinality n (id, place)),
            owned as materialized (
                select w.*, i.customer_id
                from ({WantedIdentities}) w left join lateral (
                    select i.customer_id from {Tables.Identities} i where i.tenant = @tenant and i.kind = w.kind
                        and i.value = w.value offset 0) i on true),
            taken as materialized (
                select distinct on (o.place) o.place, o.kind, o.value, o.customer_id
                from owned o where o.customer_id <> o.id
                order by o.place),
            lacking as materialized (
                select n.place, n.id from given n
                where n.is_made and (n.is_erased or n.place in (
                    select o.place from owned o where o.customer_id is distinct from o.id))),
            gone as (
                delete from {Tables.Customers} c
                using lacking l cross join lateral (
                    select o.ctid as place from {Tables.Customers} o
                    where o.tenant = @tenant and o.id = l.id offset 0) o
                where c.ctid = o.place),
            {WrittenEvents("""
                (select n.id, cast(@event as text) as event from given n
                 where n.is_made and n.id not in (select l.id from lacking l))
                """)}
            select n.place, n.is_made and l.place is null,
                n.is_erased or (not n.is_made and exists (
                    select 1 from {Tables.Customers} c where c.tenant = @tenant and c.id = n.id offset 0)),
                t.kind, t.value, t.customer_id
            from given n left join lacking l on l.place = n.place left join taken t on t.place = n.place
            """;

    private const string WantedIdentities =
        "select w.place, (@ids)[w.place] as id, split_part(w.identity, ':', 1) as kind, "
        + "substr(w.identity, strpos(w.identity, ':') + 1) as value "
        + "from unnest(@identity_of, @identities) w (place, identity)";

    /// <summary>The ids of the customers whom the statement before has created, each as a row.</summary>
    private const string CreatedBefore = $"unnest(string_to_array(current_setting('{PayloadCreated}'), ',')::uuid[])";

    private string IsErased(string id) =>
        $"exists (select 1 from {Tables.Erasures} e where e.tenant = @tenant and e.customer_id = {id} offset 0)";

    /// <summary>
    /// The second call finds the identity taken and writes nothing. The suppression of the identity, and what erasures
    /// keep of it, are read after it was gained, because the one who suppresses or erases may have locked it first.
    /// Whom an erasure forbids is then removed again. Nobody else sees that, because the batch is one transaction. An
    /// erased id is refused as a profile without a version.
    /// </summary>
    /// <param name="isGathered">Whether the parameters are arrays.</param>
    /// <param name="parts">The parts that it can write; the history begins later.</param>
    public string Creation(bool isGathered, OptionalWrites parts)
    {
        // The value of a parameter, for the one customer or for each.
        string Of(string name) => isGathered ? $"n.{name}" : $"@{name}";

        var owned = isGathered
            ? $"""
                given as materialized (
                    select * from unnest(@kinds, @values, @ids, @versions, @created_at, @updated_at, @profiles,
                        @searches, @conversations, @directions, @occurred_at)
                        n (kind, value, id, version, created_at, updated_at, profile, search, conversation, direction,
                            occurred_at)),
                gained as (
                    insert into {Tables.Identities} (tenant, kind, value, customer_id)
                    select @tenant, n.kind, n.value, n.id from given n order by n.kind, n.value
                    on conflict do nothing
                    returning customer_id as id),
                owned as materialized (select n.* from given n where (n.id in (select g.id from gained g)) is true)
                """
            : $"""
                owned as (
                    insert into {Tables.Identities} (tenant, kind, value, customer_id)
                        values (@tenant, @kind, @value, @id)
                    on conflict do nothing
                    returning customer_id as id)
                """;
        const string given =
            "unnest(@kinds, @values, @ids, @occurred_at, @hashes, @events) with ordinality "
            + "n (kind, value, id, occurred_at, hashes, event, place)";
        var hashes = isGathered ? "string_to_array(n.hashes, ',')" : "@hashes";

        // One row costs less where it is used than stored.
        var created = isGathered
            ? $"materialized (select n.* from {given} where (n.id in (select {CreatedBefore})) is true)"
            : $"not materialized (select @id as id where current_setting('{PayloadCreated}') <> '')";
        var isCreated = isGathered ? "n.id in (select o.id from owned o)" : "exists (select 1 from owned)";
        var isRestricted = $"exists (select 1 from erased e where e.id = {Of("id")})";
        var isForbidden = $"exists (select 1 from erased e where e.id = {Of("id")} and e.is_forbidden)";
        var checks = isGathered
            ? "join unnest(@check_of, @providers) p (place, provider) on p.place = n.place"
            : "cross join unnest(@providers) p (provider)";
        var known = $"""
            known as (
                insert into {Tables.Properties} (tenant, customer_id, key, value)
                select @tenant, f.customer_id, e ->> 0, e ->> 1
                from found_by f cross join json_array_elements(cast(f.properties as json)) e),
            """;
        var events = WrittenEvents(
            $"""
            (select n.id, cast({Of("event")} as text) as event from owned n
             where not {isForbidden})
            """
        );
        return $"""
            with {owned},
            made as (
                insert into {Tables.Customers} (tenant, id, version, created_at, updated_at, profile, is_suppressed,
                    suppression_generation)
                select @tenant, n.id, case when not {IsErased("n.id")} then {Of("version")} end,
                    {Of("created_at")}, {Of("updated_at")},
                    cast({Of("profile")} as json), false, 0 from owned n),
            active as (
                insert into {Tables.Activity} (tenant, customer_id, changed_at, conversation_at)
                select @tenant, n.id, {Of("updated_at")}, {Of("occurred_at")} from owned n),
            found_by as (
                insert into {Tables.Search} (tenant, customer_id, name, company, has_photo, text, prefixes, properties)
                select @tenant, n.id, d.name, d.company, d.has_photo, d.text, d.prefixes, d.properties
                from owned n cross join json_to_record(cast({Of("search")} as json)) {SearchColumns}
                returning customer_id, properties),
            {(parts.HasFlag(OptionalWrites.Properties) ? known : "")}
            {Duplicates.Of("owned n", $"cast({Of("search")} as json)")}
            recorded as (
                insert into {Tables.Conversations} (tenant, customer_id, conversation_id, direction, occurred_at)
                select @tenant, n.id, {Of("conversation")}, {Of("direction")}, {Of("occurred_at")} from owned n)
            select set_config('{PayloadCreated}',
                    coalesce((select string_agg(o.id::text, ',') from owned o), ''), true)
                as {StoreStatements.Lock};
            with owned as {created},
            erased as materialized (
                select n.id, bool_or(e.kind = '{StoredNames.DoNotKeep}') as is_forbidden
                from owned n cross join unnest({hashes}) h (hash)
                cross join lateral (
                    (select '{StoredNames.DoNotKeep}' as kind from {Tables.ErasureGuards} g
                     where g.tenant = @tenant and g.hash = h.hash and g.guarded_until > {Of("occurred_at")} offset 0)
                    union all
                    (select m.kind from {Tables.ErasureMarks} m
                     where m.tenant = @tenant and m.hash = h.hash offset 0)) e
                group by n.id),
            gone as (
                delete from {Tables.Customers} c
                using erased e cross join lateral (
                    select o.ctid as place from {Tables.Customers} o
                    where o.tenant = @tenant and o.id = e.id offset 0) o
                where c.ctid = o.place and e.is_forbidden),
            marked as (
                insert into {Tables.Suppressions} as s (tenant, kind, value)
                select @tenant, {Of("kind")}, {Of("value")} from owned n join erased e on e.id = n.id
                where not e.is_forbidden order by 2, 3
                on conflict (tenant, kind, value) do update set merge_id = null where s.merge_id is not null),
            requested as (
                insert into {Tables.Checks} ({CheckColumns})
                select @tenant, n.id, p.provider, {Of("occurred_at")}, true,
                    {SettingGeneration("p.provider")}, 0, {NoLease}, {NoLease}, least({Of("occurred_at")}, {Clock}), 0
                from owned n {checks}
                where not {isRestricted}
                  and not {IsDisabled("p.provider")} and not {IsMarked(Of("kind"), Of("value"))}
                on conflict do nothing
                returning customer_id, provider)
            {(parts.HasFlag(OptionalWrites.Event) ? $", {events}" : "")}
            select {isCreated} and not {isForbidden},
                (select json_agg(a.provider) from requested a where a.customer_id = {Of("id")}),
                {Settings},
                {IsMarked(Of("kind"), Of("value"))} or {isRestricted}, {isForbidden}
                {(isGathered ? $", n.place from {given}" : "")}
            """;
    }
}
