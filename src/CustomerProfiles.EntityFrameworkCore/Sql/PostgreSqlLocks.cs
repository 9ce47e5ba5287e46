namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// The locks of a batch that changes several customers at once, or removes them: the customers against edits, their
/// activity against conversations, the customers against everything that refers to them, such as a check that is being
/// requested, then marks and checks. The customers come twice, because a conversation locks the activity before its
/// foreign key locks the customer, and an edit the other way round.
/// </summary>
internal static class PostgreSqlLocks
{
    /// <param name="tables">The tables.</param>
    /// <param name="customers">
    /// A source of rows w (id), in the order of the ids, so that two batches about the same customers do not deadlock.
    /// </param>
    public static IEnumerable<string> Of(StoreTables tables, string customers) =>
        [
            Lock(customers, "id", tables.Customers, "o.id = w.id", "for no key update"),
            Lock(customers, "customer_id", tables.Activity, "o.customer_id = w.id", "for update"),
            Lock(customers, "id", tables.Customers, "o.id = w.id", "for update"),
            $"""
                select o.kind as {StoreStatements.Lock}
                from {customers}
                cross join lateral (
                    select c.* from {tables.Customers} c where c.tenant = @tenant and c.id = w.id offset 0) c
                cross join lateral (
                    select i.value ->> 0 as kind, i.value ->> 1 as value
                    from json_array_elements(c.profile -> '{ProfileDocument.Identities}') i order by 1, 2) i
                cross join lateral (
                    select o.kind from {tables.Suppressions} o where o.tenant = @tenant and o.kind = i.kind
                        and o.value = i.value offset 0 for update) o
                """,
            Lock(customers, "provider", tables.Checks, "o.customer_id = w.id order by o.provider", "for update"),
        ];

    private static string Lock(string customers, string column, string table, string condition, string strength) =>
        $"""
            select o.{column} as {StoreStatements.Lock}
            from {customers}
            cross join lateral (
                select o.{column} from {table} o where o.tenant = @tenant and {condition} offset 0 {strength}) o
            """;
}
