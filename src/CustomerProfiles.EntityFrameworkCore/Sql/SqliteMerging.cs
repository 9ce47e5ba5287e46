namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// The statements of SQLite that merge customers and undo merges. Their transaction has the write lock already, and the
/// caller has compared in it what the merge was decided on, so they write without a condition.
/// </summary>
internal sealed class SqliteMerging
{
    private const string Identities = """
        (select substr(i.value, 1, instr(i.value, ':') - 1) as kind, substr(i.value, instr(i.value, ':') + 1) as value
         from json_each(@identities) i) w
        """;

    public required StoreTables Tables { get; init; }

    /// <summary>The columns of a profile of a customer c.</summary>
    public required string ProfileColumns { get; init; }

    /// <summary>Whether a check, by its alias, is wanted.</summary>
    public required Func<string, string> IsWanted { get; init; }

    /// <summary>Whether a customer, by tenant and id, is suppressed.</summary>
    public required Func<string, string, string> IsSuppressed { get; init; }

    /// <summary>
    /// The statements that write the history after one that has raised its number: the change, its version, the
    /// customer, how many are kept.
    /// </summary>
    public required Func<string, string, string, string, string> Remember { get; init; }

    /// <summary>The statements that write what @id is found by.</summary>
    public required string FoundBy { get; init; }

    public required SqliteDuplicates Duplicates { get; init; }

    public MergingStatements Statements =>
        new()
        {
            FindSurvivor = $"""
                select c.merged_into, c.merged_by from {Tables.Customers} c indexed by {Tables.IndexOfCustomersKey}
                where c.tenant = @tenant and c.id = @id and c.merged_into is not null
                """,

            GetSides = $"""
                select {Side} from {Tables.Customers} c indexed by {Tables.IndexOfCustomersKey}
                where c.tenant = @tenant and c.id in (@from, @id)
                """,

            GetMerge = $"""
                select {Side}, {OfMerge("from_id")}, {OfMerge("into_id")}, {OfMerge("merged_at")},
                    {OfMerge("merged_by")}, {OfMerge("undone_at")}, {OfMerge("journal")}
                from {Tables.Customers} c indexed by {Tables.IndexOfCustomersKey}
                where c.tenant = @tenant and c.id in ({OfMerge("from_id")}, {OfMerge("into_id")})
                """,

            GetMerges = $"""
                select m.id, m.from_id, m.into_id, m.merged_at, m.merged_by
                from {Tables.Merges} m indexed by {Tables.IndexOfMergesByInto}
                where m.tenant = @tenant and m.into_id in (select o.id from {WithAbsorbed(Tables, "@id")} o)
                  and m.undone_at is null
                  and (
                    select 1 from {Tables.Customers} c
                    where c.tenant = @tenant and c.id = @id and c.merged_into is null) is not null
                order by m.merged_at desc, m.id desc
                """,

            Merge = $"""
                insert into {Tables.Merges} (tenant, id, from_id, into_id, merged_at, merged_by, journal)
                values (@tenant, @merge, @from, @id, @at, @by, @journal);
                update {Tables.Customers} indexed by {Tables.IndexOfAbsorbedCustomers} set merged_into = @id
                where tenant = @tenant and merged_into = @from;
                update {Tables.Customers} set merged_into = @id, merged_by = @merge,
                    last_change = last_change + (@from_change is not null)
                where tenant = @tenant and id = @from;
                {Remember("@from_change", "null", "@from", "@from_most")}
                {Survivor}
                update {Tables.Identities} indexed by {Tables.IndexOfIdentitiesByCustomer}
                set customer_id = @id, origin_id = nullif(coalesce(origin_id, customer_id), @id)
                where tenant = @tenant and customer_id = @from;
                insert into {Tables.Suppressions} (tenant, kind, value, merge_id)
                select @tenant, w.kind, w.value, @merge from {Identities} where true on conflict do nothing;
                {NoChecks}
                {Checks("@id", "@checks")}
                update {Tables.Activity} set conversation_at = max(conversation_at, coalesce((
                    select a.conversation_at from {Tables.Activity} a
                    where a.tenant = @tenant and a.customer_id = @from), 0))
                where tenant = @tenant and customer_id = @id;
                delete from {Tables.Activity} where tenant = @tenant and customer_id = @from;
                delete from {Tables.Search} where tenant = @tenant and customer_id = @from;
                delete from {Tables.Properties} indexed by {Tables.IndexOfPropertiesKey}
                where tenant = @tenant and customer_id = @from;
                {Duplicates.RemovedFrom}
                select 1;
                """,

            Unmerge = $"""
                update {Tables.Merges} set undone_at = @at, journal = null where tenant = @tenant and id = @merge;
                update {Tables.Customers}
                set version = @from_version, created_at = @from_created_at, updated_at = @from_updated_at,
                    profile = @from_profile, is_suppressed = @from_is_marked, marked_by = @from_marked_by,
                    suppression_generation = suppression_generation + (@from_is_marked and not is_suppressed),
                    merged_into = null, merged_by = null, last_change = last_change + (@from_change is not null)
                where tenant = @tenant and id = @from;
                {Remember("@from_change", "@from_version", "@from", "@from_most")}
                update {Tables.Customers} indexed by {Tables.IndexOfCustomersKey} set merged_into = @from
                where tenant = @tenant and id in (select a.value from json_each(@aliases) a) and merged_into = @id;
                {Survivor}
                update {Tables.Identities} indexed by {Tables.IndexOfIdentitiesByCustomer}
                set customer_id = @from, origin_id = nullif(coalesce(origin_id, customer_id), @from)
                where tenant = @tenant and customer_id = @id
                  and (kind, value) in (select w.kind, w.value from {Identities});
                delete from {Tables.Suppressions} indexed by {Tables.IndexOfMergedSuppressions}
                where tenant = @tenant and merge_id = @merge;
                {NoChecks}
                {Checks("@id", "@checks")}
                {Checks("@from", "@from_checks")}
                insert into {Tables.Activity} (tenant, customer_id, changed_at, conversation_at)
                values (@tenant, @from, @from_updated_at, {LastConversation("@from")});
                update {Tables.Activity} set conversation_at = {LastConversation("@id")}
                where tenant = @tenant and customer_id = @id;
                update {Tables.Tenants} set last_row = last_row + 1 where tenant = @tenant;
                insert into {Tables.Search} (row_id, tenant, customer_id, name, company, has_photo, text, prefixes,
                    properties)
                select (n.number << {SqliteSearch.SequenceBits}) + n.last_row, @tenant, @from,
                    @from_search ->> '$.name', @from_search ->> '$.company', @from_search ->> '$.has_photo',
                    @from_search ->> '$.text', @from_search ->> '$.prefixes', @from_search ->> '$.properties'
                from {Tables.Tenants} n where n.tenant = @tenant;
                insert into {Tables.Properties} (tenant, customer_id, key, value)
                select @tenant, @from, p.value ->> 0, p.value ->> 1 from json_each(@from_search, '$.properties') p;
                {Duplicates.Returned}
                {Duplicates.Separated}
                select 1;
                """,

            FindMerge = $"select undone_at from {Tables.Merges} where tenant = @tenant and id = @merge",
        };

    /// <summary>The customer and those whom they absorbed, as a source of rows: id.</summary>
    public static string WithAbsorbed(StoreTables tables, string id) =>
        $"""
            (select {id} as id union all
             select a.id from {tables.Customers} a indexed by {tables.IndexOfAbsorbedCustomers}
             where a.tenant = @tenant and a.merged_into = {id})
            """;

    /// <summary>
    /// The columns of a side, of a customer c. The profile changes with its version only, but for that of an absorbed
    /// customer, which is changed with the journal when something in them is forgotten.
    /// </summary>
    private string Side =>
        $"""
            {ProfileColumns}, {StoredChecks}, c.is_suppressed, c.marked_by, {Marks}, {Aliases}, c.merged_into,
            c.merged_by, json_array(c.version, c.is_suppressed, c.marked_by, c.merged_into, c.merged_by, {StoredChecks},
                {Marks}, {Aliases}, case when c.merged_into is not null then json_array(c.profile, (
                    select m.journal from {Tables.Merges} m where m.tenant = c.tenant and m.id = c.merged_by)) end)
            """;

    private string StoredChecks =>
        $"""
            (select json_group_array(json_array(
                k.provider, k.last_check_at, k.last_outcome, k.requested_at,
                k.is_pending and (k.lease_id is not null or {IsWanted("k")}), k.last_failure_at, k.last_failure,
                case when k.is_pending then k.lease_id end, k.leased_until, k.not_before, k.attempt,
                k.is_pending and {IsWanted("k")}, k.setting_generation))
             from (
                select * from {Tables.Checks} indexed by {Tables.IndexOfChecksKey}
                where tenant = c.tenant and customer_id = c.id order by provider) k)
            """;

    private string Marks =>
        $"""
            (select json_group_array(json_array(i.kind, i.value, (
                select s.merge_id from {Tables.Suppressions} s
                where s.tenant = c.tenant and s.kind = i.kind and s.value = i.value)))
             from (
                select p.value ->> 0 as kind, p.value ->> 1 as value
                from json_each(c.profile, '$.{ProfileDocument.Identities}') p order by p.key) i
             where (
                select 1 from {Tables.Suppressions} s
                where s.tenant = c.tenant and s.kind = i.kind and s.value = i.value) is not null)
            """;

    private string Aliases =>
        $"""
            (select json_group_array(a.id) from (
                select o.id from {Tables.Customers} o indexed by {Tables.IndexOfAbsorbedCustomers}
                where o.tenant = c.tenant and o.merged_into = c.id order by o.id) a)
            """;

    private string OfMerge(string column) =>
        $"(select m.{column} from {Tables.Merges} m where m.tenant = @tenant and m.id = @merge)";

    /// <summary>Writes the one who stays, with their history and what they are found by.</summary>
    private string Survivor =>
        $"""
            update {Tables.Customers}
            set version = @version, created_at = @created_at, updated_at = @updated_at, profile = @profile,
                is_suppressed = @is_marked, marked_by = @marked_by,
                suppression_generation = suppression_generation + (@is_marked and not is_suppressed),
                last_change = last_change + (@change is not null)
            where tenant = @tenant and id = @id;
            {Remember("@change", "@version", "@id", "@most")}
            update {Tables.Activity} set changed_at = @updated_at where tenant = @tenant and customer_id = @id;
            {FoundBy}
            """;

    private string NoChecks =>
        $"""
            delete from {Tables.Checks} indexed by {Tables.IndexOfChecksKey}
            where tenant = @tenant and customer_id in (@from, @id);
            """;

    /// <summary>
    /// Writes checks. One that is not wanted, also because the customer is suppressed now, gets a generation that no
    /// customer has: it ends, or its result is dropped if it has a lease.
    /// </summary>
    private string Checks(string customer, string checks)
    {
        var isWanted = $"(e.value ->> 11 and not ({IsSuppressed("@tenant", customer)}))";
        return $"""
            insert into {Tables.Checks} (tenant, customer_id, provider, last_check_at, last_outcome, requested_at,
                is_pending, last_failure_at, last_failure, lease_id, leased_until, not_before, attempt,
                setting_generation, suppression_generation, available_from)
            select @tenant, {customer}, e.value ->> 0, e.value ->> 1, e.value ->> 2, e.value ->> 3,
                e.value ->> 4 and (e.value ->> 7 is not null or {isWanted}), e.value ->> 5, e.value ->> 6,
                e.value ->> 7, e.value ->> 8, e.value ->> 9, e.value ->> 10, e.value ->> 12,
                case when {isWanted} or not e.value ->> 4 then (
                    select c.suppression_generation from {Tables.Customers} c
                    where c.tenant = @tenant and c.id = {customer}) else -1 end,
                max(e.value ->> 8, e.value ->> 9)
            from json_each({checks}) e;
            """;
    }

    private string LastConversation(string customer) =>
        $"""
            coalesce((
                select max(t.occurred_at) from {Tables.Conversations} t indexed by {Tables.IndexOfConversationsKey}
                where t.tenant = @tenant
                  and t.customer_id in (select o.id from {WithAbsorbed(Tables, customer)} o)), 0)
            """;
}
