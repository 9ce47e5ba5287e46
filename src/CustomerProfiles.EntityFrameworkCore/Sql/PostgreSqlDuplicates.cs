namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>The statements of PostgreSQL that find duplicates, and the parts of others that write match keys.</summary>
/// <remarks>
/// Whoever writes the keys of a customer has locked the customer, so a key that was found by its index is deleted by
/// its place. The parts are empty where no match keys are kept.
/// </remarks>
internal sealed class PostgreSqlDuplicates
{
    public required StoreTables Tables { get; init; }

    /// <summary>Whether match keys are kept.</summary>
    public required bool KeepsMatchKeys { get; init; }

    /// <summary>The columns of a profile of a customer c.</summary>
    public required string ProfileColumns { get; init; }

    public DuplicateStatements Statements =>
        new()
        {
            // No condition on the customer within the limit: with one, the planner could use the index by customer.
            FindByMatchKeys = $"""
                with found as materialized (
                    select distinct o.id
                    from unnest(cast(@keys as bigint[])) w (key)
                    cross join lateral (
                        select array_remove(array_agg(k.customer_id), @id) as ids
                        from (
                            select k.customer_id from {Tables.MatchKeys} k
                            where k.tenant = @tenant and k.key = w.key limit @most + 1) k) k
                    cross join lateral unnest(k.ids) o (id)
                    where cardinality(k.ids) < @most),
                apart as materialized (
                    select coalesce(c.merged_into, c.id) as id
                    from {PostgreSqlMerging.WithAbsorbed(Tables, "@id")} o
                    cross join lateral (
                        (select p.other_id as id from {Tables.NotDuplicates} p
                         where p.tenant = @tenant and p.one_id >= o.id and p.one_id <= o.id
                         order by p.one_id offset 0)
                        union all
                        (select p.one_id from {Tables.NotDuplicates} p
                         where p.tenant = @tenant and p.other_id >= o.id and p.other_id <= o.id
                         order by p.other_id offset 0)) p
                    cross join lateral (
                        select c.id, c.merged_into from {Tables.Customers} c
                        where c.tenant = @tenant and c.id = p.id offset 0) c)
                select {ProfileColumns} from found f
                cross join lateral (
                    select c.* from {Tables.Customers} c
                    where c.tenant = @tenant and c.id = f.id and c.merged_into is null offset 0) c
                where not exists (select 1 from apart a where a.id = f.id)
                """,

            // Both are locked in the order of their ids, as the foreign keys would, so that neither is erased unseen.
            MarkNotDuplicates = $"""
                with found as materialized (
                    select c.id from unnest(array[least(@one, @other), greatest(@one, @other)]) w (id)
                    cross join lateral (
                        select c.id from {Tables.Customers} c
                        where c.tenant = @tenant and c.id = w.id offset 0 for key share) c),
                marked as (
                    insert into {Tables.NotDuplicates} (tenant, one_id, other_id, marked_at, marked_by)
                    select @tenant, least(@one, @other), greatest(@one, @other), @at, @by
                    where (select count(*) from found) = 2
                    on conflict do nothing)
                select count(*) = 2 from found
                """,

            // Locked in the order of the ids, as by a merge.
            WriteMatchKeys = $"""
                with given as materialized (
                    select (e ->> 0)::uuid as id, (e ->> 1)::bigint as version, e -> 2 as keys
                    from json_array_elements(cast(@match_keys as json)) e order by 1),
                held as materialized (
                    select c.id, g.keys from given g
                    cross join lateral (
                        select c.id from {Tables.Customers} c
                        where c.tenant = @tenant and c.id = g.id and c.version = g.version and c.merged_into is null
                        offset 0 for no key update) c),
                {Replaced("held h", "h.id", "h.keys", "true")}
                select 1
                """,
        };

    /// <summary>
    /// The parts of a statement that replace the keys of @id after a part that has written the customer: its name, a
    /// condition, the document with the keys.
    /// </summary>
    public string After(string written, string condition, string document) =>
        KeepsMatchKeys ? $"{Replaced(written, "@id", KeysOf(document), condition)}," : "";

    /// <summary>The part of a statement that writes the keys of a new customer.</summary>
    /// <param name="made">The source of rows: the customers who were created.</param>
    /// <param name="document">The document with the keys.</param>
    public string Of(string made, string document) =>
        KeepsMatchKeys ? $"matched as ({Added(made, "n.id", KeysOf(document), "true")})," : "";

    /// <summary>The statements of a merge that remove the keys of @from, under a condition.</summary>
    public IEnumerable<string> RemovedFrom(string condition) =>
        KeepsMatchKeys
            ?
            [
                $"""
                    delete from {Tables.MatchKeys} k using {KeysOfCustomer("@from")} o
                    where k.ctid = o.place and {condition}
                    """,
            ]
            : [];

    /// <summary>The statements of undoing a merge that write the keys of @from, under a condition.</summary>
    public IEnumerable<string> ReturnedTo(string document, string condition) =>
        KeepsMatchKeys ? [Added("(values (1)) one", "@from", KeysOf(document), condition)] : [];

    /// <summary>The statement that makes @id and @from a pair, under a condition.</summary>
    public string Separated(string condition) =>
        $"""
            insert into {Tables.NotDuplicates} (tenant, one_id, other_id, marked_at, marked_by)
            select @tenant, least(@from, @id), greatest(@from, @id), @at, @by where {condition}
            on conflict do nothing
            """;

    private static string KeysOf(string document) => $"{document} -> '{SearchDocument.MatchKeys}'";

    private string Replaced(string source, string id, string keys, string condition) =>
        $"""
            unmatched as (
                delete from {Tables.MatchKeys} k
                using {source} cross join lateral {KeysOfCustomer(id)} o
                where k.ctid = o.place and {condition} and not exists (
                    select 1 from json_array_elements_text({keys}) e where e::bigint = o.key)),
            matched as ({Added(source, id, keys, condition)})
            """;

    private string Added(string source, string id, string keys, string condition) =>
        $"""
            insert into {Tables.MatchKeys} (tenant, key, customer_id)
            select @tenant, e::bigint, {id} from {source} cross join json_array_elements_text({keys}) e
            where {condition}
            on conflict do nothing
            """;

    private string KeysOfCustomer(string id) =>
        $"""
            (select o.ctid as place, o.key from {Tables.MatchKeys} o
             where o.tenant = @tenant and o.customer_id >= {id} and o.customer_id <= {id}
             order by o.customer_id offset 0)
            """;
}
