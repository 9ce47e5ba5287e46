namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>The statements of SQLite that find duplicates, and those parts of others that write match keys.</summary>
/// <remarks>The parts are empty where no match keys are kept.</remarks>
internal sealed class SqliteDuplicates
{
    private const string Given = """
        (select p.value ->> 0 as id, p.value ->> 1 as version, p.value -> 2 as keys from json_each(@match_keys) p) g
        """;

    public required StoreTables Tables { get; init; }

    /// <summary>Whether match keys are kept.</summary>
    public required bool KeepsMatchKeys { get; init; }

    /// <summary>The columns of a profile of a customer c.</summary>
    public required string ProfileColumns { get; init; }

    public DuplicateStatements Statements =>
        new()
        {
            FindByMatchKeys = $"""
                with found (ids) as materialized (
                    select (
                        select json_group_array(k.customer_id) from (
                            select k.customer_id from {Tables.MatchKeys} k indexed by {Tables.IndexOfMatchKeysKey}
                            where k.tenant = @tenant and k.key = cast(w.value as integer) limit @most + 1) k
                        where k.customer_id <> @id)
                    from json_each(@keys) w)
                select {ProfileColumns} from {Tables.Customers} c indexed by {Tables.IndexOfCustomersKey}
                where c.tenant = @tenant and c.merged_into is null
                  and c.id in (
                    select o.value from found cross join json_each(found.ids) o
                    where json_array_length(found.ids) < @most)
                  and c.id not in (
                    select (
                        select coalesce(a.merged_into, a.id) from {Tables.Customers} a
                        where a.tenant = @tenant and a.id = p.id)
                    from (
                        select p.other_id as id
                        from {Tables.NotDuplicates} p indexed by {Tables.IndexOfNotDuplicatesKey}
                        where p.tenant = @tenant and p.one_id in {Ids}
                        union all
                        select p.one_id from {Tables.NotDuplicates} p indexed by {Tables.IndexOfNotDuplicatesByOther}
                        where p.tenant = @tenant and p.other_id in {Ids}) p)
                """,

            MarkNotDuplicates = $"""
                select {AreCustomers};
                insert into {Tables.NotDuplicates} (tenant, one_id, other_id, marked_at, marked_by)
                select @tenant, min(@one, @other), max(@one, @other), @at, @by where {AreCustomers}
                on conflict do nothing
                """,

            WriteMatchKeys = $"""
                delete from {Tables.MatchKeys} indexed by {Tables.IndexOfMatchKeysByCustomer}
                where tenant = @tenant and customer_id in (select g.id from {Given} where {IsCurrent})
                  and (customer_id, key) not in (select g.id, e.value from {Given} cross join json_each(g.keys) e);
                insert into {Tables.MatchKeys} (tenant, key, customer_id)
                select @tenant, e.value, g.id from {Given} cross join json_each(g.keys) e where {IsCurrent}
                on conflict do nothing
                """,
        };

    /// <summary>The statements that replace the keys of @id by those of @search.</summary>
    public string Replaced =>
        KeepsMatchKeys
            ? $"""
                delete from {Tables.MatchKeys} indexed by {Tables.IndexOfMatchKeysByCustomer}
                where tenant = @tenant and customer_id = @id
                  and key not in (select e.value from json_each(@search, '$.{SearchDocument.MatchKeys}') e);
                {AddedToNew}
                """
            : "";

    /// <summary>The statement that writes the keys of a new customer, @id.</summary>
    public string AddedToNew => KeepsMatchKeys ? Added("@id", "@search") : "";

    /// <summary>The statement that writes the keys of many new customers.</summary>
    /// <param name="source">A row for each of them.</param>
    /// <param name="id">The id of a row.</param>
    /// <param name="document">The document of a row.</param>
    /// <param name="path">The path in the document to what the customer is found by.</param>
    public string AddedOf(string source, string id, string document, string path) =>
        KeepsMatchKeys
            ? $"""
                insert into {Tables.MatchKeys} (tenant, key, customer_id)
                select @tenant, e.value, {id} from {source}
                cross join json_each({document}, '{path}.{SearchDocument.MatchKeys}') e where true
                on conflict do nothing;
                """
            : "";

    /// <summary>The statement of a merge that removes the keys of @from.</summary>
    public string RemovedFrom =>
        KeepsMatchKeys
            ? $"""
                delete from {Tables.MatchKeys} indexed by {Tables.IndexOfMatchKeysByCustomer}
                where tenant = @tenant and customer_id = @from;
                """
            : "";

    /// <summary>The statement of undoing a merge that writes the keys of @from.</summary>
    public string Returned => KeepsMatchKeys ? Added("@from", "@from_search") : "";

    /// <summary>The statement that makes @id and @from a pair.</summary>
    public string Separated =>
        $"""
            insert into {Tables.NotDuplicates} (tenant, one_id, other_id, marked_at, marked_by)
            values (@tenant, min(@from, @id), max(@from, @id), @at, @by) on conflict do nothing;
            """;

    /// <summary>The customer and those whom they absorbed.</summary>
    private string Ids => $"(select o.id from {SqliteMerging.WithAbsorbed(Tables, "@id")} o)";

    private string AreCustomers => $"{IsCustomer("@one")} and {IsCustomer("@other")}";

    private string IsCurrent =>
        $"""
            (select 1 from {Tables.Customers} c where c.tenant = @tenant and c.id = g.id and c.version = g.version
                and c.merged_into is null) is not null
            """;

    private string IsCustomer(string id) =>
        $"(select 1 from {Tables.Customers} c where c.tenant = @tenant and c.id = {id}) is not null";

    private string Added(string id, string document) =>
        $"""
            insert into {Tables.MatchKeys} (tenant, key, customer_id)
            select @tenant, e.value, {id} from json_each({document}, '$.{SearchDocument.MatchKeys}') e
            where true
            on conflict do nothing;
            """;
}
