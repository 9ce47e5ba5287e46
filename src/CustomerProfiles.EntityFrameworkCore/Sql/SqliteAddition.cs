namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// The statement of SQLite that adds customers without a conversation: one insert for each table and not for each
/// customer, which takes half as long. The parameters are what <see cref="AdditionDocument"/> writes.
/// </summary>
internal static class SqliteAddition
{
    public static string For(StoreTables tables, SqliteDuplicates duplicates) =>
        $"""
            insert into {tables.Customers} (tenant, id, version, created_at, updated_at, profile, is_suppressed,
                suppression_generation)
            select @tenant, c.value ->> 0, 1, c.value ->> 1, c.value ->> 2, c.value ->> 3, 0, 0
            from json_each(@customers) c;
            insert into {tables.Activity} (tenant, customer_id, changed_at, conversation_at)
            select @tenant, s.value ->> 0, s.value ->> 1, 0 from json_each(@searches) s;
            insert into {tables.Tenants} (tenant, last_row) select @tenant, 0
            where (select n.number from {tables.Tenants} n where n.tenant = @tenant) is null;
            insert into {tables.Search} (row_id, tenant, customer_id, name, company, has_photo, text, prefixes,
                properties)
            select (
                    select (n.number << {SqliteSearch.SequenceBits}) + n.last_row from {tables.Tenants} n
                    where n.tenant = @tenant) + s.key + 1, @tenant, s.value ->> 0,
                s.value ->> '$[2].name', s.value ->> '$[2].company', s.value ->> '$[2].has_photo',
                s.value ->> '$[2].text', s.value ->> '$[2].prefixes', s.value ->> '$[2].properties'
            from json_each(@searches) s;
            update {tables.Tenants} set last_row = last_row + json_array_length(@searches) where tenant = @tenant;
            insert into {tables.Properties} (tenant, customer_id, key, value)
            select @tenant, s.value ->> 0, p.value ->> 0, p.value ->> 1
            from json_each(@searches) s cross join json_each(s.value, '$[2].properties') p;
            {duplicates.AddedOf("json_each(@searches) s", "s.value ->> 0", "s.value", "$[2]")}
            insert into {tables.Identities} (tenant, kind, value, customer_id)
            select @tenant, i.value ->> 0, i.value ->> 1, i.value ->> 2 from json_each(@identities) i;
            """;
}
