namespace CustomerProfiles.ManyHosts.Tests;

/// <summary>Reads the tables of a fleet that merges customers, with SQL and not with the library.</summary>
internal sealed class MergeTables(PostgreSqlDatabase database)
{
    private const string Living = "SELECT FROM cp_customers s WHERE s.merged_into IS NULL AND s.tenant =";

    /// <summary>Whom the customer of a row c became: themselves, or the one who absorbed them.</summary>
    private const string Survivor = "coalesce(c.merged_into, c.id)";

    /// <summary>
    /// All rows of merges that contradict each other, which must not exist; beside those of
    /// <see cref="ProfileTables.DisorderAsync"/>.
    /// </summary>
    public Task<IReadOnlyList<string>> DisorderAsync() =>
        database.RowsAsync(
            $"""
            SELECT 'an absorbed customer who leads to nobody living' FROM cp_customers c
                WHERE c.merged_into IS NOT NULL AND NOT EXISTS ({Living} c.tenant AND s.id = c.merged_into)
            UNION ALL
            SELECT 'an absorbed customer without a merge' FROM cp_customers c WHERE c.merged_into IS NOT NULL
                AND NOT EXISTS (SELECT FROM cp_merges m WHERE m.tenant = c.tenant AND m.id = c.merged_by
                    AND m.from_id = c.id AND m.undone_at IS NULL AND m.journal IS NOT NULL)
            UNION ALL
            SELECT 'a merge without its absorbed customer' FROM cp_merges m WHERE m.undone_at IS NULL
                AND NOT EXISTS (SELECT FROM cp_customers c WHERE c.tenant = m.tenant AND c.id = m.from_id
                    AND c.merged_by = m.id AND c.merged_into IS NOT NULL)
            UNION ALL
            SELECT 'a merge that leads elsewhere than its absorbed customer' FROM cp_merges m
                JOIN cp_customers f ON f.tenant = m.tenant AND f.id = m.from_id
                JOIN cp_customers c ON c.tenant = m.tenant AND c.id = m.into_id
                WHERE m.undone_at IS NULL AND f.merged_into <> {Survivor}
            UNION ALL
            SELECT 'an undone merge with a journal' FROM cp_merges m
                WHERE m.undone_at IS NOT NULL AND m.journal IS NOT NULL
            UNION ALL
            SELECT 'an undone merge by which somebody is absorbed' FROM cp_merges m
                JOIN cp_customers c ON c.tenant = m.tenant AND c.merged_by = m.id WHERE m.undone_at IS NOT NULL
            UNION ALL
            SELECT 'an identity of nobody living' FROM cp_identities i WHERE i.customer_id IS NOT NULL
                AND NOT EXISTS ({Living} i.tenant AND s.id = i.customer_id)
            UNION ALL
            SELECT 'an identity that leads elsewhere than its origin' FROM cp_identities i
                JOIN cp_customers c ON c.tenant = i.tenant AND c.id = i.origin_id
                WHERE {Survivor} <> i.customer_id
            UNION ALL
            SELECT 'a check of nobody living' FROM cp_checks k
                WHERE NOT EXISTS ({Living} k.tenant AND s.id = k.customer_id)
            UNION ALL
            SELECT 'a search text of nobody living' FROM cp_search k
                WHERE NOT EXISTS ({Living} k.tenant AND s.id = k.customer_id)
            UNION ALL
            SELECT 'an activity of nobody living' FROM cp_activity k
                WHERE NOT EXISTS ({Living} k.tenant AND s.id = k.customer_id)
            UNION ALL
            SELECT 'a living customer without a search text' FROM cp_customers c WHERE c.merged_into IS NULL
                AND NOT EXISTS (SELECT FROM cp_search k WHERE k.tenant = c.tenant AND k.customer_id = c.id)
            UNION ALL
            SELECT 'a living customer without their last conversation' FROM cp_customers c
                WHERE c.merged_into IS NULL AND NOT EXISTS (
                    SELECT FROM cp_activity k WHERE k.tenant = c.tenant AND k.customer_id = c.id
                        AND k.conversation_at = (
                            SELECT coalesce(max(t.occurred_at), timestamptz 'epoch') FROM cp_conversations t
                            JOIN cp_customers o ON o.tenant = t.tenant AND o.id = t.customer_id
                            WHERE o.tenant = c.tenant AND c.id IN (o.id, o.merged_into)))
            """,
            row => row.GetString(0)
        );

    /// <summary>All customers that ever were, absorbed or not.</summary>
    public Task<IReadOnlyList<Guid>> CustomersAsync(string tenant) =>
        database.RowsAsync("SELECT id FROM cp_customers WHERE tenant = $1", row => row.GetGuid(0), tenant);

    /// <summary>The number of living customers.</summary>
    public Task<long> LivingAsync(string tenant) =>
        database.ValueAsync<long>(
            "SELECT count(*) FROM cp_customers WHERE tenant = $1 AND merged_into IS NULL",
            tenant
        );

    /// <summary>The addresses whose customer each conversation leads to.</summary>
    public async Task<ILookup<string, string>> AddressesOfConversationsAsync(string tenant) =>
        (
            await database.RowsAsync(
                $"""
                SELECT k.conversation_id, i.value FROM cp_conversations k
                JOIN cp_customers c ON c.tenant = k.tenant AND c.id = k.customer_id
                JOIN cp_identities i ON i.tenant = k.tenant AND i.customer_id = {Survivor}
                WHERE k.tenant = $1
                """,
                row => (Conversation: row.GetString(0), Address: row.GetString(1)),
                tenant
            )
        ).ToLookup(row => row.Conversation, row => row.Address);

    /// <summary>The custom properties of the living.</summary>
    public Task<IReadOnlyList<(string Field, string Value)>> PropertiesAsync(string tenant) =>
        database.RowsAsync(
            """
            SELECT v ->> 'field', v ->> 'value' FROM cp_customers c
            CROSS JOIN json_array_elements(c.profile -> 'values') v
            WHERE c.tenant = $1 AND c.merged_into IS NULL AND v ->> 'field' LIKE 'custom:%'
            """,
            row => (row.GetString(0), row.GetString(1)),
            tenant
        );

    /// <summary>The number of merges, and of those that were undone.</summary>
    public async Task<(long Made, long Undone)> MergesAsync(string tenant) =>
        (
            await database.RowsAsync(
                "SELECT count(*), count(undone_at) FROM cp_merges WHERE tenant = $1",
                row => (row.GetInt64(0), row.GetInt64(1)),
                tenant
            )
        ).Single();

    /// <summary>
    /// The number of deadlocks in the database. A host repeats a call that ended in one, so no reply shows it.
    /// </summary>
    public Task<long> DeadlocksAsync() =>
        database.ValueAsync<long>("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()");
}
