namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// The statements of SQLite that write many conversations and customers: one for each table and not for each customer,
/// which takes half as long. Their parameters are what <see cref="AdditionDocument"/> writes.
/// </summary>
internal sealed class SqliteAddition
{
    /// <summary>The identities of @identities, each as one text, as a source of rows w.</summary>
    public const string GivenIdentities = """
        (select substr(i.value, 1, instr(i.value, ':') - 1) as kind,
            substr(i.value, instr(i.value, ':') + 1) as value
         from json_each(@identities) i) w
        """;

    public required StoreTables Tables { get; init; }

    /// <summary>The columns of a stored customer c.</summary>
    public required string Stored { get; init; }

    public required string CheckColumns { get; init; }

    public required string Settings { get; init; }

    public required Func<string, string> SettingGeneration { get; init; }

    /// <summary>Whether an id was erased.</summary>
    public required Func<string, string> IsErased { get; init; }

    public required SqliteDuplicates Duplicates { get; init; }

    /// <summary>Adds customers without a conversation.</summary>
    public string Addition => Rows + AddedProperties;

    /// <summary>The rows that every customer has.</summary>
    private string Rows =>
        $"""
            insert into {Tables.Customers} (tenant, id, version, created_at, updated_at, profile, is_suppressed,
                suppression_generation)
            select @tenant, c.value ->> 0, c.value ->> 1, c.value ->> 2, c.value ->> 3, c.value ->> 4, 0, 0
            from json_each(@customers) c;
            insert into {Tables.Activity} (tenant, customer_id, changed_at, conversation_at)
            select @tenant, s.value ->> 0, s.value ->> 1, s.value ->> 2 from json_each(@searches) s;
            insert into {Tables.Tenants} (tenant, last_row) select @tenant, 0
            where (select n.number from {Tables.Tenants} n where n.tenant = @tenant) is null;
            insert into {Tables.Search} (row_id, tenant, customer_id, name, company, has_photo, text, prefixes,
                properties)
            select (
                    select (n.number << {SqliteSearch.SequenceBits}) + n.last_row from {Tables.Tenants} n
                    where n.tenant = @tenant) + s.key + 1, @tenant, s.value ->> 0,
                s.value ->> '$[3].name', s.value ->> '$[3].company', s.value ->> '$[3].has_photo',
                s.value ->> '$[3].text', s.value ->> '$[3].prefixes', s.value ->> '$[3].properties'
            from json_each(@searches) s;
            update {Tables.Tenants} set last_row = last_row + json_array_length(@searches) where tenant = @tenant;
            {Duplicates.AddedOf("json_each(@searches) s", "s.value ->> 0", "s.value", "$[3]")}
            insert into {Tables.Identities} (tenant, kind, value, customer_id)
            select @tenant, i.value ->> 1, i.value ->> 2, i.value ->> 0 from json_each(@identities) i;
            """;

    public WriterStatements Statements =>
        new()
        {
            ReadKnown = $"""
                select {Stored}, t.direction, t.occurred_at
                from (
                    select o.direction, o.occurred_at from {Tables.Conversations} o
                    where o.tenant = @tenant and o.conversation_id = @conversation and o.customer_id = (
                        select coalesce(i.origin_id, i.customer_id) from {Tables.Identities} i
                        where i.tenant = @tenant and i.kind = @kind and i.value = @value)
                    limit 1) t
                cross join {Tables.Customers} c indexed by {Tables.IndexOfCustomersKey}
                    on c.tenant = @tenant and c.id = {OwnerOf("@kind", "@value")}
                """,

            RecordConversations = $"""
                insert into {Tables.Conversations} (tenant, customer_id, conversation_id, direction, occurred_at)
                select @tenant, o.origin, o.conversation, o.direction, o.occurred_at from {Given} o
                where o.origin is not null
                on conflict do nothing
                returning customer_id, conversation_id
                """,

            // Each customer has an activity, so no row is inserted: as a conflict it is found by its key.
            MarkActive = $"""
                insert into {Tables.Activity} as a (tenant, customer_id, changed_at, conversation_at)
                select @tenant, o.owner, 0, o.occurred_at from {Given} o where o.owner is not null
                on conflict (tenant, customer_id) do update set conversation_at = excluded.conversation_at
                where a.conversation_at < excluded.conversation_at
                """,

            ReadRecorded = $"""
                select {Stored}, o.place, o.origin, t.direction, t.occurred_at
                from {Given} o cross join {Tables.Customers} c indexed by {Tables.IndexOfCustomersKey}
                    on c.tenant = @tenant and c.id = o.owner
                left join {Tables.Conversations} t indexed by {Tables.IndexOfConversationsKey}
                    on t.tenant = @tenant and t.customer_id = o.origin and t.conversation_id = o.conversation
                """,

            FindObstacles = $"""
                select r.key, (
                        select i.customer_id from {Tables.Identities} i where i.tenant = @tenant
                            and i.kind = r.value ->> 0 and i.value = r.value ->> 1) is not null
                    or {IsErased("r.value ->> 2")}, (
                        select 1 from json_each(r.value, '$[4]') h
                        where {MarkOf("h.value")} = '{StoredNames.DoNotKeep}' or (
                            select g.guarded_until from {Tables.ErasureGuards} g
                            where g.tenant = @tenant and g.hash = h.value) > r.value ->> 3) is not null, (
                        select 1 from json_each(r.value, '$[4]') h where {MarkOf("h.value")} is not null) is not null, (
                        select 1 from {Tables.Suppressions} s where s.tenant = @tenant and s.kind = r.value ->> 0
                            and s.value = r.value ->> 1) is not null,
                    {Settings}
                from json_each(@creations) r
                """,

            Create = $"""
                {Rows}
                insert into {Tables.Conversations} (tenant, customer_id, conversation_id, direction, occurred_at)
                select @tenant, {OwnerOf("v.value ->> 0", "v.value ->> 1")}, v.value ->> 2, v.value ->> 3, v.value ->> 4
                from json_each(@conversations) v
                """,

            Mark = $"""
                insert into {Tables.Suppressions} (tenant, kind, value)
                select @tenant, m.value ->> 0, m.value ->> 1 from json_each(@marked) m where true
                on conflict (tenant, kind, value) do update set merge_id = null where merge_id is not null
                """,

            AddProperties = AddedProperties,

            RequestChecks = $"""
                insert into {Tables.Checks} ({CheckColumns})
                select @tenant, k.value ->> 0, k.value ->> 1, k.value ->> 2, 1, {SettingGeneration("k.value ->> 1")}, 0,
                    k.value ->> 2, 0, k.value ->> 2, 0
                from json_each(@checks) k
                """,

            FindTaken = $"""
                select k.value, null, null from json_each(@ids) k
                where (select 1 from {Tables.Customers} c where c.tenant = @tenant and c.id = k.value) is not null
                   or {IsErased("k.value")}
                union all
                select {OwnerOf("w.kind", "w.value")}, w.kind, w.value from {GivenIdentities}
                where {OwnerOf("w.kind", "w.value")} is not null
                """,
        };

    private string AddedProperties =>
        $"""
            insert into {Tables.Properties} (tenant, customer_id, key, value)
            select @tenant, s.value ->> 0, p.value ->> 0, p.value ->> 1
            from json_each(@searches) s cross join json_each(s.value, '$[3].properties') p;
            """;

    /// <summary>
    /// The conversations whose identity is known, each with the customer who has it now, and under whom it is recorded.
    /// A join reads each identity once, where SQLite would run a scalar query again wherever its value is used.
    /// </summary>
    private string Given =>
        $"""
            (select r.key as place, r.value ->> 2 as conversation, r.value ->> 3 as direction,
                r.value ->> 4 as occurred_at, i.customer_id as owner, coalesce(i.origin_id, i.customer_id) as origin
             from json_each(@conversations) r
             cross join {Tables.Identities} i indexed by {Tables.IndexOfIdentitiesKey}
                on i.tenant = @tenant and i.kind = r.value ->> 0 and i.value = r.value ->> 1)
            """;

    private string OwnerOf(string kind, string value) =>
        $"""
            (select i.customer_id from {Tables.Identities} i
             where i.tenant = @tenant and i.kind = {kind} and i.value = {value})
            """;

    private string MarkOf(string hash) =>
        $"(select m.kind from {Tables.ErasureMarks} m where m.tenant = @tenant and m.hash = {hash})";
}
