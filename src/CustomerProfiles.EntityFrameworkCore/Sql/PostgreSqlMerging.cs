namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>The statements of PostgreSQL that merge customers and undo merges.</summary>
/// <remarks>
/// <para>
/// A merge is a batch. Its long parameters arrive before it locks anything. Then it locks both customers
/// (<see cref="PostgreSqlLocks"/>). What the merge was decided on is compared after that, and each further statement
/// writes only if nothing has changed.
/// </para>
/// <para>A row that was found through an index is written by its place: nobody else changes it meanwhile.</para>
/// </remarks>
internal sealed class PostgreSqlMerging
{
    /// <summary>Whether the batch may write. Like the others it lasts until the end of the transaction.</summary>
    private const string Go = "current_setting('customer_profiles.merging') = 'yes'";

    private const string IsFree = "c.merged_into is null";

    /// <summary>The ids that are locked.</summary>
    private const string PayloadIds = "customer_profiles.merging_ids";

    /// <summary>The last conversation of who never had one (<see cref="SearchPosition.NoConversation"/>).</summary>
    private const string NoConversation = "timestamptz '1970-01-01 00:00:00+00'";

    private const string Identities =
        "(select split_part(g.identity, ':', 1) as kind, substr(g.identity, strpos(g.identity, ':') + 1) as value "
        + "from unnest(@identities) g (identity)) w";

    public required StoreTables Tables { get; init; }

    /// <summary>The columns of a profile of a customer c.</summary>
    public required string ProfileColumns { get; init; }

    /// <summary>The columns of the document that says what a profile is found by.</summary>
    public required string SearchColumns { get; init; }

    /// <summary>Whether a check k of a customer c is wanted.</summary>
    public required string IsWanted { get; init; }

    /// <summary>Whether a customer c is suppressed.</summary>
    public required string IsSuppressed { get; init; }

    public required string Clock { get; init; }

    /// <summary>The time of a lease that is over, and of what is due at once.</summary>
    public required string NoLease { get; init; }

    public required Func<string, string> Micros { get; init; }

    /// <summary>
    /// The parts of a statement that write the history after a part that has written the customer: its name, the
    /// change, its version, the customer, how many are kept.
    /// </summary>
    public required Func<string, string, string, string, string, string> Remembered { get; init; }

    /// <summary>
    /// The parts of a statement that write what @id is found by: the name of the part that has written the customer, a
    /// condition, the document.
    /// </summary>
    public required Func<string, string, string, string> Changed { get; init; }

    /// <summary>The parts of a statement that write the events of a source of rows (id, event).</summary>
    public required Func<string, string> WrittenEvents { get; init; }

    public required PostgreSqlDuplicates Duplicates { get; init; }

    public MergingStatements Statements =>
        new()
        {
            FindSurvivor = $"""
                select c.merged_into, c.merged_by from {Tables.Customers} c
                where c.tenant = @tenant and c.id = @id and num_nulls(c.merged_into) = 0
                """,

            GetSides = $"""
                select {Side}
                from unnest(array[@from, @id]) w (id) {CustomerOf("w.id")} {Documents}
                """,

            GetMerge = $"""
                select {Side}, m.from_id, m.into_id, m.merged_at, m.merged_by, m.undone_at, m.journal
                from {Tables.Merges} m cross join unnest(array[m.from_id, m.into_id]) w (id)
                {CustomerOf("w.id")} {Documents}
                where m.tenant = @tenant and m.id = @merge
                """,

            GetMerges = $"""
                select m.id, m.from_id, m.into_id, m.merged_at, m.merged_by
                from (
                    select c.id from {Tables.Customers} c
                    where c.tenant = @tenant and c.id = @id and c.merged_into is null offset 0) c
                cross join {WithAbsorbed(Tables, "@id")} o
                cross join lateral (
                    select m.* from {Tables.Merges} m
                    where m.tenant = @tenant and m.into_id >= o.id and m.into_id <= o.id order by m.into_id offset 0) m
                where m.undone_at is null
                order by m.merged_at desc, m.id desc
                """,

            Merge = string.Join(
                $";{Environment.NewLine}",
                [
                    Payload("profile", "search", "journal", "change", "from_change", "checks"),
                    .. Locks,
                    Guard(IsFree, $"not {Exists("true")}"),
                    $"""
                    insert into {Tables.Merges} (tenant, id, from_id, into_id, merged_at, merged_by, journal)
                    select @tenant, @merge, @from, @id, @at, @by, {Value("journal")} where {Go}
                    """,
                    $"""
                    update {Tables.Customers} c set merged_into = @id
                    from {Absorbed(Tables, "@from")} o where c.ctid = o.place and {Go}
                    """,
                    $"""
                    with written as (
                        update {Tables.Customers} c
                        set merged_into = @id, merged_by = @merge,
                            last_change = c.last_change + {CountOf("from_change")}
                        where c.tenant = @tenant and c.id = @from and {Go}
                        returning c.last_change),
                    {Remembered("written", Value("from_change"), "cast(null as bigint)", "@from", "@from_most")}
                    select 1 as {StoreStatements.Lock}
                    """,
                    Survivor,
                    $"""
                    update {Tables.Identities} i
                    set customer_id = @id, origin_id = nullif(coalesce(i.origin_id, i.customer_id), @id)
                    from (
                        select o.ctid as place from {Tables.Identities} o
                        where o.tenant = @tenant and o.customer_id >= @from and o.customer_id <= @from
                        order by o.customer_id offset 0) o
                    where i.ctid = o.place and {Go}
                    """,
                    $"""
                    insert into {Tables.Suppressions} (tenant, kind, value, merge_id)
                    select @tenant, w.kind, w.value, @merge from {Identities} where {Go} order by w.kind, w.value
                    on conflict do nothing
                    """,
                    NoChecks,
                    Checks("@id", "checks"),
                    $"""
                    with gone as (
                        delete from {Tables.Activity} a where a.tenant = @tenant and a.customer_id = @from and {Go}
                        returning a.conversation_at)
                    update {Tables.Activity} a
                    set conversation_at = greatest(a.conversation_at, (select g.conversation_at from gone g))
                    where a.tenant = @tenant and a.customer_id = @id and {Go}
                    """,
                    $"delete from {Tables.Search} s where s.tenant = @tenant and s.customer_id = @from and {Go}",
                    $"""
                    delete from {Tables.Properties} p
                    using (
                        select o.ctid as place from {Tables.Properties} o
                        where o.tenant = @tenant and o.customer_id >= @from and o.customer_id <= @from
                        order by o.customer_id, o.key offset 0) o
                    where p.ctid = o.place and {Go}
                    """,
                    .. Duplicates.RemovedFrom(Go),
                    EventsOfBoth,
                    $"select {Go}",
                ]
            ),

            Unmerge = string.Join(
                $";{Environment.NewLine}",
                [
                    Payload(
                        "profile",
                        "search",
                        "change",
                        "checks",
                        "from_profile",
                        "from_search",
                        "from_change",
                        "from_checks"
                    ),
                    .. Locks,
                    Guard("c.merged_into = @id and c.merged_by = @merge", Exists("m.undone_at is null")),
                    $"""
                    update {Tables.Merges} m set undone_at = @at, journal = null
                    where m.tenant = @tenant and m.id = @merge and {Go}
                    """,
                    $"""
                    with written as (
                        update {Tables.Customers} c
                        set version = @from_version, created_at = @from_created_at, updated_at = @from_updated_at,
                            profile = cast({Value("from_profile")} as json), is_suppressed = @from_is_marked,
                            marked_by = @from_marked_by, suppression_generation = c.suppression_generation
                                + case when @from_is_marked and not c.is_suppressed then 1 else 0 end,
                            merged_into = null, merged_by = null,
                            last_change = c.last_change + {CountOf("from_change")}
                        where c.tenant = @tenant and c.id = @from and {Go}
                        returning c.last_change),
                    {Remembered("written", Value("from_change"), "@from_version", "@from", "@from_most")}
                    select 1 as {StoreStatements.Lock}
                    """,
                    $"""
                    update {Tables.Customers} c set merged_into = @from
                    from unnest(cast(@aliases as uuid[])) w (id)
                    cross join lateral (
                        select o.ctid as place, o.merged_into from {Tables.Customers} o
                        where o.tenant = @tenant and o.id = w.id offset 0) o
                    where c.ctid = o.place and o.merged_into = @id and {Go}
                    """,
                    Survivor,
                    $"""
                    update {Tables.Identities} i
                    set customer_id = @from, origin_id = nullif(coalesce(i.origin_id, i.customer_id), @from)
                    from {Identities} cross join lateral (
                        select o.ctid as place, o.customer_id from {Tables.Identities} o
                        where o.tenant = @tenant and o.kind = w.kind and o.value = w.value offset 0) o
                    where i.ctid = o.place and o.customer_id = @id and {Go}
                    """,
                    $"""
                    delete from {Tables.Suppressions} s
                    using (
                        select o.ctid as place from {Tables.Suppressions} o
                        where o.tenant = @tenant and o.merge_id >= @merge and o.merge_id <= @merge
                        order by o.merge_id offset 0) o
                    where s.ctid = o.place and {Go}
                    """,
                    NoChecks,
                    Checks("@id", "checks"),
                    Checks("@from", "from_checks"),
                    $"""
                    insert into {Tables.Activity} (tenant, customer_id, changed_at, conversation_at)
                    select @tenant, @from, @from_updated_at, {LastConversation("@from")} where {Go}
                    on conflict (tenant, customer_id) do update
                    set changed_at = excluded.changed_at, conversation_at = excluded.conversation_at
                    """,
                    // Removed and written anew, so that a conversation that waits finds it gone.
                    $"""
                    with gone as (
                        delete from {Tables.Activity} a where a.tenant = @tenant and a.customer_id = @id and {Go}
                        returning a.changed_at)
                    insert into {Tables.Activity} (tenant, customer_id, changed_at, conversation_at)
                    select @tenant, @id, g.changed_at, {LastConversation("@id")} from gone g
                    """,
                    $"""
                    with found_by as (
                        insert into {Tables.Search}
                            (tenant, customer_id, name, company, has_photo, text, prefixes, properties)
                        select @tenant, @from, d.name, d.company, d.has_photo, d.text, d.prefixes, d.properties
                        from json_to_record(cast({Value("from_search")} as json)) {SearchColumns}
                        where {Go}
                        returning properties)
                    insert into {Tables.Properties} (tenant, customer_id, key, value)
                    select @tenant, @from, e ->> 0, e ->> 1
                    from found_by f cross join json_array_elements(cast(f.properties as json)) e
                    """,
                    .. Duplicates.ReturnedTo($"cast({Value("from_search")} as json)", Go),
                    Duplicates.Separated(Go),
                    EventsOfBoth,
                    $"select {Go}",
                ]
            ),

            FindMerge = $"select m.undone_at from {Tables.Merges} m where m.tenant = @tenant and m.id = @merge",
        };

    /// <summary>The customer and those whom they absorbed, as a source of rows: id.</summary>
    public static string WithAbsorbed(StoreTables tables, string id) =>
        $"(select cast({id} as uuid) as id union all select a.id from {Absorbed(tables, id)} a)";

    /// <summary>Those whom a customer absorbed, as a source of rows: place, id.</summary>
    private static string Absorbed(StoreTables tables, string id) =>
        $"""
            (select o.ctid as place, o.id from {tables.Customers} o
             where o.tenant = @tenant and o.merged_into >= {id} and o.merged_into <= {id}
             order by o.merged_into offset 0)
            """;

    private string CustomerOf(string id) =>
        $"cross join lateral (select c.* from {Tables.Customers} c "
        + $"where c.tenant = @tenant and c.id = {id} offset 0) c";

    /// <summary>The columns of a side: a customer c with their documents d.</summary>
    private string Side =>
        $"""
            {ProfileColumns}, d.checks, c.is_suppressed, c.marked_by, d.marks, d.aliases, c.merged_into, c.merged_by,
            {State}
            """;

    /// <summary>
    /// The profile changes with its version only, but for that of an absorbed customer, which is changed with the
    /// journal when something in them is forgotten.
    /// </summary>
    private string State =>
        $"""
            md5(json_build_array(c.version, c.is_suppressed, c.marked_by, c.merged_into, c.merged_by, d.checks, d.marks,
                d.aliases, case when c.merged_into is not null then json_build_array(c.profile::text, (
                    select m.journal from {Tables.Merges} m
                    where m.tenant = c.tenant and m.id = c.merged_by)) end)::text)
            """;

    private string Documents =>
        $"""
            cross join lateral (
                select (
                    select json_agg(json_build_array(
                        k.provider, {Micros("k.last_check_at")}, k.last_outcome, {Micros("k.requested_at")},
                        k.is_pending and (k.lease_id is not null or {IsWanted}), {Micros("k.last_failure_at")},
                        k.last_failure, case when k.is_pending then k.lease_id end, {Micros("k.leased_until")},
                        {Micros(
                "greatest(k.not_before, k.requested_at)"
            )}, k.attempt, k.is_pending and {IsWanted}, k.setting_generation)
                        order by k.provider)
                    from {Tables.Checks} k where k.tenant = c.tenant and k.customer_id = c.id)::text as checks, (
                    select json_agg(json_build_array(i.value ->> 0, i.value ->> 1, s.merge_id) order by i.place)
                    from json_array_elements(c.profile -> '{ProfileDocument.Identities}') with ordinality
                        i (value, place)
                    cross join lateral (
                        select s.merge_id from {Tables.Suppressions} s where s.tenant = c.tenant
                            and s.kind = i.value ->> 0 and s.value = i.value ->> 1 offset 0) s)::text as marks, (
                    select json_agg(a.id order by a.id) from {Absorbed(Tables, "c.id")} a)::text as aliases) d
            """;

    /// <summary>
    /// Both customers and everybody whom they have absorbed, because their rows are written too, in the order of the
    /// ids. Who was absorbed while the batch waits is not locked; then a state has changed, and nothing is written.
    /// </summary>
    private IEnumerable<string> Locks =>
        [
            $"""
                select set_config('{PayloadIds}', (
                    select string_agg(o.id, ',' order by o.id) from (
                        select distinct a.id::text collate "C" as id from (
                            select f.id from {WithAbsorbed(Tables, "@from")} f
                            union all select i.id from {WithAbsorbed(Tables, "@id")} i) a) o), true)
                    as {StoreStatements.Lock}
                """,
            .. PostgreSqlLocks.Of(
                Tables,
                $"unnest(cast(string_to_array(current_setting('{PayloadIds}'), ',') as uuid[])) w (id)"
            ),
        ];

    /// <summary>Decides whether the batch writes.</summary>
    /// <param name="from">The condition on the absorbed customer, c.</param>
    /// <param name="merge">The condition on the merge.</param>
    private string Guard(string from, string merge) =>
        $"""
            select set_config('customer_profiles.merging', case when count(*) = 2 then 'yes' else '' end, true)
                as {StoreStatements.Lock}
            from unnest(array[@from, @id], array[@from_state, @state]) w (id, state) {CustomerOf("w.id")} {Documents}
            where {State} = w.state
              and case when c.id = @from then {from} else {IsFree} end
              and {merge}
            """;

    private string Exists(string condition) =>
        $"""
            exists (
                select 1 from {Tables.Merges} m where m.tenant = @tenant and m.id = @merge and {condition} offset 0)
            """;

    private static string Payload(params string[] names) =>
        $"select {string.Join(" + ", names.Select(name =>
            $"length(set_config('customer_profiles.merging_{name}', coalesce(@{name}, ''), true))"
        ))} as {StoreStatements.Lock}";

    private static string Value(string name) => $"nullif(current_setting('customer_profiles.merging_{name}'), '')";

    private static string CountOf(string change) => $"case when {Value(change)} is null then 0 else 1 end";

    /// <summary>Writes the one who stays, with their history and what they are found by.</summary>
    private string Survivor =>
        $"""
            with written as (
                update {Tables.Customers} c
                set version = @version, created_at = @created_at, updated_at = @updated_at,
                    profile = cast({Value("profile")} as json), is_suppressed = @is_marked, marked_by = @marked_by,
                    suppression_generation = c.suppression_generation
                        + case when @is_marked and not c.is_suppressed then 1 else 0 end,
                    last_change = c.last_change + {CountOf("change")}
                where c.tenant = @tenant and c.id = @id and {Go}
                returning c.last_change),
            {Changed("written", "true", $"cast({Value("search")} as json)")}
            {Remembered("written", Value("change"), "@version", "@id", "@most")}
            select 1 as {StoreStatements.Lock}
            """;

    /// <summary>In one statement, so that both queues are locked in the order of their keys.</summary>
    private string EventsOfBoth =>
        $"""
            with {WrittenEvents($"""
                (select w.id, w.event
                 from unnest(array[@from, @id], array[cast(@from_event as text), cast(@event as text)]) w (id, event)
                 where {Go})
                """)}
            select 1 as {StoreStatements.Lock}
            """;

    /// <summary>
    /// Removes the checks that <see cref="Checks"/> does not write for the one who stays. A check that stays is changed
    /// in place, because whoever holds its lease may be waiting to complete it.
    /// </summary>
    private string NoChecks =>
        $"""
            delete from {Tables.Checks} k
            using unnest(array[@from, @id]) w (id) cross join lateral (
                select o.ctid as place, o.customer_id, o.provider from {Tables.Checks} o
                where o.tenant = @tenant and o.customer_id = w.id offset 0) o
            where k.ctid = o.place and {Go} and not (o.customer_id = @id and o.provider in (
                select e ->> 0 from json_array_elements(cast({Value("checks")} as json)) e))
            """;

    /// <summary>
    /// Writes checks. One that is not wanted, also because the customer is suppressed now, gets a generation that no
    /// customer has: it ends, or its result is dropped if it has a lease.
    /// </summary>
    private string Checks(string customer, string name)
    {
        // One that is due since it was requested is due at once, because the clocks of other hosts may be behind.
        var notBefore =
            $"case when (e ->> 9)::bigint > coalesce((e ->> 3)::bigint, 0) then {Time("e ->> 9")} else {NoLease} end";
        const string isPending = "(e ->> 4)::boolean";
        const string isWanted = "((e ->> 11)::boolean and not c.is_suppressed)";
        return $"""
            insert into {Tables.Checks} (tenant, customer_id, provider, last_check_at, last_outcome, requested_at,
                is_pending, last_failure_at, last_failure, lease_id, leased_until, not_before, attempt,
                setting_generation, suppression_generation, available_from)
            select @tenant, {customer}, e ->> 0, {Time("e ->> 1")}, e ->> 2, {Time("e ->> 3")},
                {isPending} and (e ->> 7 is not null or {isWanted}), {Time("e ->> 5")}, e ->> 6, (e ->> 7)::uuid,
                {Time("e ->> 8")}, {notBefore}, (e ->> 10)::int, (e ->> 12)::bigint,
                case when {isWanted} or not {isPending} then c.suppression_generation else -1 end,
                greatest({Time("e ->> 8")}, {notBefore}, least({Time("e ->> 3")}, {Clock}))
            from (
                select c.suppression_generation, {IsSuppressed} as is_suppressed from {Tables.Customers} c
                where c.tenant = @tenant and c.id = {customer} and {Go} offset 0) c
            cross join json_array_elements(cast({Value(name)} as json)) e
            on conflict (tenant, customer_id, provider) do update
            set last_check_at = excluded.last_check_at, last_outcome = excluded.last_outcome,
                requested_at = excluded.requested_at, is_pending = excluded.is_pending,
                last_failure_at = excluded.last_failure_at, last_failure = excluded.last_failure,
                lease_id = excluded.lease_id, leased_until = excluded.leased_until, not_before = excluded.not_before,
                attempt = excluded.attempt, setting_generation = excluded.setting_generation,
                suppression_generation = excluded.suppression_generation, available_from = excluded.available_from
            """;
    }

    /// <summary>From microseconds, in two parts, so that each is exact as a floating-point number.</summary>
    private static string Time(string micros) =>
        $"(timestamptz 'epoch' + ({micros})::bigint / 1000000 * interval '1 s' "
        + $"+ ({micros})::bigint % 1000000 * interval '1 us')";

    private string LastConversation(string customer) =>
        $"""
            coalesce((
                select max(t.occurred_at) from {WithAbsorbed(Tables, customer)} o
                cross join lateral (
                    select t.occurred_at from {Tables.Conversations} t
                    where t.tenant = @tenant and t.customer_id = o.id offset 0) t), {NoConversation})
            """;
}
