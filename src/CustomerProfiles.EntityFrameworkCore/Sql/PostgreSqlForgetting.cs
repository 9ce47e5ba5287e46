namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>The statements of PostgreSQL that erase customers, and forget what merges keep.</summary>
/// <remarks>
/// Erasing is a batch. It locks the customer and those whom they absorbed as a merge does
/// (<see cref="PostgreSqlLocks"/>). What is to be done is decided after that, and each further statement writes only if
/// it is to. Deleting the customer deletes everything that refers to them, also those whom they absorbed.
/// </remarks>
internal sealed class PostgreSqlForgetting
{
    /// <summary>
    /// What the batch does: "yes" when it erases, "changed" when the customer is not as they were read, "no" when a
    /// merge prevents it, "again" when somebody was absorbed or released while it waited.
    /// </summary>
    private const string PayloadErasing = "customer_profiles.erasing";

    /// <summary>The ids that were locked.</summary>
    private const string PayloadErased = "customer_profiles.erasing_ids";

    private const string PayloadRead = "customer_profiles.forgetting_read";

    private const string PayloadJournal = "customer_profiles.forgetting_journal";

    private const string PayloadProfile = "customer_profiles.forgetting_profile";

    /// <summary>The merges that are being ended.</summary>
    private const string PayloadMerges = "customer_profiles.forgetting_merges";

    private const string Go = $"current_setting('{PayloadErasing}') = 'yes'";

    public required StoreTables Tables { get; init; }

    /// <summary>Whether a customer c is suppressed.</summary>
    public required string IsSuppressed { get; init; }

    /// <summary>Whether a check of a customer c is pending.</summary>
    public required string HasPendingCheck { get; init; }

    public required Func<string, string> Micros { get; init; }

    /// <summary>The parts of a statement that write the events of a source of rows (id, event).</summary>
    public required Func<string, string> WrittenEvents { get; init; }

    public ForgettingStatements Statements =>
        new()
        {
            Erase = string.Join(
                $";{Environment.NewLine}",
                [
                    $"""
                    select length(set_config('{PayloadErasing}', '', true))
                        + length(set_config('{PayloadErased}', {Ids}, true)) as {StoreStatements.Lock}
                    """,
                    .. PostgreSqlLocks.Of(
                        Tables,
                        $"unnest(cast(string_to_array(current_setting('{PayloadErased}'), ',') as uuid[])) w (id)"
                    ),
                    $"""
                    select set_config('{PayloadErasing}', case
                            when {Ids} <> current_setting('{PayloadErased}') then 'again'
                            when not {IsAsRead} then 'changed'
                            when not @includes_absorbed and exists (select 1 from {UndoableMerges} m) then 'no'
                            else 'yes' end, true) as {StoreStatements.Lock}
                    from {Tables.Customers} c
                    where c.tenant = @tenant and c.id = @id and c.merged_into is null
                    """,
                    $"""
                    insert into {Tables.Erasures} (tenant, customer_id, erased_with, erasure_id, erased_at, receipt)
                    select @tenant, o.id, @id, @erasure, @at, case when o.id = @id then {Receipt} end
                    from {PostgreSqlMerging.WithAbsorbed(Tables, "@id")} o
                    where {Go} order by o.id
                    """,
                    $"""
                    insert into {Tables.ErasureGuards} as g (tenant, hash, guarded_until)
                    select distinct @tenant, {HashOf("t.conversation_id")}, cast(@guard_until as timestamptz)
                    from {PostgreSqlMerging.WithAbsorbed(Tables, "@id")} o
                    cross join lateral (
                        select t.conversation_id, t.occurred_at from {Tables.Conversations} t
                        where t.tenant = @tenant and t.customer_id = o.id offset 0) t
                    where {Go} and t.occurred_at >= @guard_since order by 2
                    on conflict (tenant, hash) do update set guarded_until = excluded.guarded_until
                    where g.guarded_until < excluded.guarded_until
                    """,
                    AddMarks(Go),
                    $"""
                    delete from {Tables.Suppressions} s
                    using {Identities} i cross join lateral (
                        select o.ctid as place from {Tables.Suppressions} o
                        where o.tenant = @tenant and o.kind = i.kind and o.value = i.value offset 0) o
                    where s.ctid = o.place and {Go}
                    """,
                    $"delete from {Tables.Customers} c where c.tenant = @tenant and c.id = @id and {Go}",
                    $"""
                    with {WrittenEvents($"""
                        (select w.id, cast(@event as text) as event
                         from unnest(cast(string_to_array(current_setting('{PayloadErased}'), ',') as uuid[])) w (id)
                         where {Go})
                        """)}
                    select 1 as {StoreStatements.Lock}
                    """,
                    $"""
                    select (select f.receipt from {Found} f), (
                            select json_agg(m.id order by m.merged_at desc, m.id desc) from {UndoableMerges} m
                            where current_setting('{PayloadErasing}') = 'no')::text,
                        current_setting('{PayloadErasing}') = 'changed',
                        current_setting('{PayloadErasing}') = 'again'
                    """,
                ]
            ),

            FindErasure = $"select f.receipt from {Found} f",

            GetErasures = $"""
                select e.receipt from {Tables.Erasures} e
                where e.tenant = @tenant and e.receipt is not null and (e.erased_at, e.erasure_id) > (@at, @erasure)
                order by e.erased_at, e.erasure_id limit @most
                """,

            FindMarks = $"""
                select m.hash, m.key_id, m.kind
                from (select distinct w.hash from unnest(@hashes) w (hash)) w
                cross join lateral (
                    select m.* from {Tables.ErasureMarks} m
                    where m.tenant = @tenant and m.hash = w.hash offset 0) m
                """,

            AddMarks = AddMarks("true"),

            // Locked in the order of the hashes, as by those who add them.
            RemoveMarks = $"""
                select m.hash as {StoreStatements.Lock}
                from (select distinct w.hash collate "C" as hash from unnest(@hashes) w (hash) order by 1) w
                cross join lateral (
                    select m.hash from {Tables.ErasureMarks} m
                    where m.tenant = @tenant and m.hash = w.hash offset 0 for update) m;
                with gone as (
                    delete from {Tables.ErasureMarks} m
                    using unnest(@hashes) w (hash) cross join lateral (
                        select o.ctid as place from {Tables.ErasureMarks} o
                        where o.tenant = @tenant and o.hash = w.hash offset 0) o
                    where m.ctid = o.place
                    returning 1)
                select count(*) from gone
                """,

            // From key to key by the index, for there are few keys and many marks.
            GetMarkKeys = $"""
                with recursive used (key_id) as (
                    select cast('' as text) collate "C"
                    union all
                    select (
                        select m.key_id from {Tables.ErasureMarks} m
                        where m.key_id > u.key_id order by m.key_id limit 1)
                    from used u where u.key_id is not null)
                select u.key_id from used u where u.key_id <> ''
                """,

            // One that another erasure just renews is skipped, for it is not over.
            RemoveGuards = $"""
                with over as materialized (
                    select g.ctid as place from {Tables.ErasureGuards} g
                    where g.tenant = @tenant and g.guarded_until <= @now
                    order by g.guarded_until limit @most for update skip locked),
                gone as (
                    delete from {Tables.ErasureGuards} g using over o where g.ctid = o.place returning 1)
                select count(*) from gone
                """,

            RedactMerge = $"""
                select length(set_config('{PayloadRead}', @read, true))
                    + length(set_config('{PayloadJournal}', @journal, true))
                    + length(set_config('{PayloadProfile}', @profile, true)) as {StoreStatements.Lock};
                select c.id as {StoreStatements.Lock} from {Tables.Customers} c
                where c.tenant = @tenant and c.id = @from
                for no key update;
                with written as (
                    update {Tables.Merges} m set journal = current_setting('{PayloadJournal}')
                    where m.tenant = @tenant and m.id = @merge and m.from_id = @from and m.undone_at is null
                      and m.journal = current_setting('{PayloadRead}')
                    returning 1)
                update {Tables.Customers} c set profile = cast(current_setting('{PayloadProfile}') as json)
                from written w cross join lateral (
                    select o.ctid as place, o.merged_into from {Tables.Customers} o
                    where o.tenant = @tenant and o.id = @from offset 0) o
                where c.ctid = o.place and o.merged_into is not null
                returning 1
                """,

            // Whoever merges, undoes or redacts a merge has locked the absorbed customer.
            LapseMerges = $"""
                with old as materialized (
                    select m.id, m.from_id from {Tables.Merges} m
                    where m.tenant = @tenant and m.merged_at < @before and m.journal is not null
                    order by m.merged_at, m.id limit @most)
                select set_config('{PayloadMerges}', coalesce((select string_agg(o.id::text, ',') from old o), ''),
                    true) as {StoreStatements.Lock};
                select c.id as {StoreStatements.Lock}
                from (select m.from_id from {Merges} m order by m.from_id) o
                cross join lateral (
                    select c.id from {Tables.Customers} c
                    where c.tenant = @tenant and c.id = o.from_id offset 0 for no key update) c;
                with old as materialized (select m.place, m.from_id from {Merges} m where m.journal is not null),
                ended as (
                    update {Tables.Merges} m set journal = null from old o where m.ctid = o.place
                    returning 1),
                emptied as (
                    update {Tables.Customers} c set profile = cast(@profile as json)
                    from old o cross join lateral (
                        select c.ctid as place from {Tables.Customers} c
                        where c.tenant = @tenant and c.id = o.from_id offset 0) f
                    where c.ctid = f.place)
                select (select count(*) from ended),
                    cast(cardinality(string_to_array(current_setting('{PayloadMerges}'), ',')) as bigint)
                """,
        };

    /// <summary>The customer and those whom they absorbed, in the order of the ids.</summary>
    private string Ids =>
        $"""
            (select string_agg(o.id::text, ',' order by o.id) from {PostgreSqlMerging.WithAbsorbed(Tables, "@id")} o)
            """;

    private string Identities =>
        $"""
            (select o.kind, o.value from {Tables.Identities} o
             where o.tenant = @tenant and o.customer_id >= @id and o.customer_id <= @id
             order by o.customer_id offset 0)
            """;

    private string UndoableMerges =>
        $"""
            (select m.id, m.merged_at from {PostgreSqlMerging.WithAbsorbed(Tables, "@id")} o
             cross join lateral (
                select m.* from {Tables.Merges} m
                where m.tenant = @tenant and m.into_id >= o.id and m.into_id <= o.id order by m.into_id offset 0) m
             where m.undone_at is null and m.journal is not null)
            """;

    private string Found =>
        $"""
            (select f.receipt from {Tables.Erasures} e
             cross join lateral (
                select f.receipt from {Tables.Erasures} f
                where f.tenant = @tenant and f.customer_id = e.erased_with offset 0) f
             where e.tenant = @tenant and e.customer_id = @id)
            """;

    private string Merges =>
        $"""
            (select m.* from unnest(cast(string_to_array(current_setting('{PayloadMerges}'), ',') as uuid[])) w (id)
             cross join lateral (
                select m.ctid as place, m.from_id, m.journal from {Tables.Merges} m
                where m.tenant = @tenant and m.id = w.id offset 0) m)
            """;

    private string Receipt =>
        $"""
            json_build_object(
                '{ReceiptDocument.Id}', @erasure,
                '{ReceiptDocument.Customers}', (
                    select json_agg(p.id order by p.id <> @id, p.id)
                    from {PostgreSqlMerging.WithAbsorbed(Tables, "@id")} p),
                '{ReceiptDocument.At}', {Micros("@at")}, '{ReceiptDocument.By}', @by,
                '{ReceiptDocument.CaseReference}', @case_reference,
                '{ReceiptDocument.Identities}', (select count(*) from {Identities} i),
                '{ReceiptDocument.Conversations}', {Count(Tables.Conversations)},
                '{ReceiptDocument.Changes}', {Count(Tables.History)},
                '{ReceiptDocument.Providers}', coalesce((
                    select json_agg(k.provider) from {Tables.Checks} k
                    where k.tenant = @tenant and k.customer_id = @id and (
                        k.last_check_at is not null or k.last_failure_at is not null
                        or (k.is_pending and k.attempt > 0))), '[]'),
                '{ReceiptDocument.Marks}', cast(@marks as json))
            """;

    /// <summary>Whether a customer c is as the caller has read them; everything that says so is locked.</summary>
    private string IsAsRead =>
        $"""
            (c.version = @version and {IsSuppressed} = @is_suppressed and (
                cast(@active_since as timestamptz) is null
                or (not {HasPendingCheck} and not exists (
                    select 1 from {Tables.Activity} a
                    where a.tenant = @tenant and a.customer_id = @id and a.conversation_at > @active_since))))
            """;

    /// <summary>As <see cref="Stores.ErasureHash"/> makes it.</summary>
    private static string HashOf(string conversation) =>
        $"""
            encode(sha256(convert_to(cast(@tenant as text), 'UTF8') || decode('00', 'hex')
                || convert_to({conversation}, 'UTF8')), 'hex')
            """;

    private string AddMarks(string condition) =>
        $"""
            insert into {Tables.ErasureMarks} as m (tenant, hash, key_id, kind)
            select @tenant, e ->> 0, e ->> 1, e ->> 2 from json_array_elements(cast(@marks as json)) e
            where {condition} order by (e ->> 0) collate "C"
            on conflict (tenant, hash) do update set key_id = excluded.key_id, kind = excluded.kind
            where m.kind <> '{StoredNames.DoNotKeep}'
            """;

    private string Count(string table) =>
        $"""
            (select count(*) from {PostgreSqlMerging.WithAbsorbed(Tables, "@id")} p
             cross join lateral (
                select 1 from {table} t where t.tenant = @tenant and t.customer_id = p.id offset 0) t)
            """;
}
