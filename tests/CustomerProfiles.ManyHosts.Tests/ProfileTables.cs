namespace CustomerProfiles.ManyHosts.Tests;

/// <summary>Reads the tables with SQL and not with the library.</summary>
internal sealed class ProfileTables(PostgreSqlDatabase database)
{
    private const string Tables = "cp_identities i JOIN cp_customers c ON c.tenant = i.tenant AND c.id = i.customer_id";

    private const string OfTenant = "WHERE i.tenant = $1 AND i.kind = 'email'";

    private const string ByAddress = $"{Tables} {OfTenant}";

    /// <summary>All rows that belong to nobody or to several customers, which must not exist.</summary>
    public Task<IReadOnlyList<string>> DisorderAsync() =>
        database.RowsAsync(
            """
            SELECT 'an identity of nobody' FROM cp_identities i WHERE NOT EXISTS (SELECT FROM cp_customers c
                WHERE c.tenant = i.tenant AND c.id = i.customer_id)
            UNION ALL
            SELECT 'a living customer without an identity' FROM cp_customers c WHERE c.merged_into IS NULL
                AND NOT EXISTS (SELECT FROM cp_identities i WHERE i.tenant = c.tenant AND i.customer_id = c.id)
            UNION ALL
            SELECT 'a customer without a conversation' FROM cp_customers c
                WHERE NOT EXISTS (SELECT FROM cp_conversations k WHERE k.tenant = c.tenant AND k.customer_id = c.id)
            UNION ALL
            SELECT 'a conversation of nobody' FROM cp_conversations k WHERE NOT EXISTS (SELECT FROM cp_customers c
                WHERE c.tenant = k.tenant AND c.id = k.customer_id)
            UNION ALL
            SELECT 'a conversation of two customers' FROM cp_conversations GROUP BY tenant, conversation_id
                HAVING count(*) > 1
            UNION ALL
            SELECT 'a check of nobody' FROM cp_checks k WHERE NOT EXISTS (SELECT FROM cp_customers c
                WHERE c.tenant = k.tenant AND c.id = k.customer_id)
            UNION ALL
            SELECT 'an address that is there twice' FROM cp_identities GROUP BY tenant, kind, lower(value)
                HAVING count(*) > 1
            UNION ALL
            SELECT 'a profile that says other identities than it has' FROM cp_customers c
            WHERE c.merged_into IS NULL AND (SELECT array_agg(p ->> 0 || ' ' || (p ->> 1) ORDER BY p ->> 0, p ->> 1)
                FROM json_array_elements(c.profile -> 'identities') p)
                IS DISTINCT FROM (SELECT array_agg(i.kind || ' ' || i.value ORDER BY i.kind, i.value)
                    FROM cp_identities i WHERE i.tenant = c.tenant AND i.customer_id = c.id)
            UNION ALL
            SELECT 'a value that is there twice' FROM cp_customers c, json_array_elements(c.profile -> 'values') v
                GROUP BY c.tenant, c.id, v ->> 'field', v ->> 'key' HAVING count(*) > 1
            UNION ALL
            SELECT 'a schema that is there twice' FROM cp_schema HAVING count(*) <> 1
            """,
            row => row.GetString(0)
        );

    /// <summary>The addresses with an owner.</summary>
    public Task<IReadOnlyList<string>> AddressesAsync(string tenant) =>
        database.RowsAsync(
            $"SELECT i.value FROM {ByAddress} ORDER BY i.value COLLATE \"C\"",
            row => row.GetString(0),
            tenant
        );

    /// <summary>The number of customers.</summary>
    public Task<long> CustomersAsync(string tenant) =>
        database.ValueAsync<long>("SELECT count(*) FROM cp_customers WHERE tenant = $1", tenant);

    /// <summary>The number of rows of everything in the whole database.</summary>
    public Task<string> CountsAsync() =>
        database.ValueAsync<string>(
            """
            SELECT format('%s customers, %s addresses, %s conversations, %s checks made',
                (SELECT count(*) FROM cp_customers), (SELECT count(*) FROM cp_identities),
                    (SELECT count(*) FROM cp_conversations), (SELECT count(*) FROM cp_checks
                    WHERE last_check_at IS NOT NULL))
            """
        );

    /// <summary>The ids of the conversations with each customer, by address.</summary>
    public async Task<ILookup<string, string>> ConversationsAsync(string tenant) =>
        (
            await database.RowsAsync(
                "SELECT i.value, k.conversation_id FROM cp_conversations k JOIN cp_identities i ON i.tenant "
                    + "= k.tenant AND i.customer_id = k.customer_id WHERE k.tenant = $1",
                row => (Address: row.GetString(0), Conversation: row.GetString(1)),
                tenant
            )
        ).ToLookup(row => row.Address, row => row.Conversation);

    /// <summary>How the last check of each customer ended, by address: the outcome, or the failure.</summary>
    public async Task<IReadOnlyDictionary<string, string>> OutcomesAsync(string tenant) =>
        (
            await database.RowsAsync(
                """
                SELECT i.value, coalesce(k.last_failure, k.last_outcome)
                FROM cp_checks k JOIN cp_identities i ON i.tenant = k.tenant AND i.customer_id = k.customer_id
                WHERE k.tenant = $1 AND k.provider = 'fullcontact' AND NOT k.is_pending
                """,
                row => (Address: row.GetString(0), Outcome: row.GetString(1)),
                tenant
            )
        ).ToDictionary(row => row.Address, row => row.Outcome);

    /// <summary>The value of a text field of each customer who has one, by address.</summary>
    public async Task<IReadOnlyDictionary<string, string>> ValuesAsync(string tenant, string field) =>
        (
            await database.RowsAsync(
                $"""
                SELECT i.value, v ->> 'value' FROM {Tables}
                CROSS JOIN json_array_elements(c.profile -> 'values') v {OfTenant} AND v ->> 'field' = $2
                """,
                row => (Address: row.GetString(0), Value: row.GetString(1)),
                tenant,
                field
            )
        ).ToDictionary(row => row.Address, row => row.Value);

    /// <summary>The version of each profile, by address.</summary>
    public async Task<IReadOnlyDictionary<string, long>> VersionsAsync(string tenant) =>
        (
            await database.RowsAsync(
                $"SELECT i.value, c.version::bigint FROM {ByAddress}",
                row => (Address: row.GetString(0), Version: row.GetInt64(1)),
                tenant
            )
        ).ToDictionary(row => row.Address, row => row.Version);

    /// <summary>The duration of a lease.</summary>
    public Task<DateTimeOffset> LeasedUntilAsync(Person person) => OfCheckAsync("leased_until", person);

    /// <summary>When a customer was looked up, by the clock of the host.</summary>
    public Task<DateTimeOffset> LastCheckAsync(Person person) => OfCheckAsync("last_check_at", person);

    /// <summary>The number of waiting or running checks.</summary>
    public Task<long> PendingAsync(string tenant) =>
        database.ValueAsync<long>("SELECT count(*) FROM cp_checks WHERE tenant = $1 AND is_pending", tenant);

    /// <summary>
    /// Moves the conversations and checks of a tenant into the past by two months and some time, for which the next
    /// checks have then been due.
    /// </summary>
    public async Task TwoMonthsPassAsync(string tenant, TimeSpan dueFor)
    {
        const string then = "($2 AT TIME ZONE 'UTC' - interval '2 months') AT TIME ZONE 'UTC'";
        var due = TimeProvider.System.GetUtcNow() - dueFor;
        await database.ExecuteAsync($"UPDATE cp_conversations SET occurred_at = {then} WHERE tenant = $1", tenant, due);
        await database.ExecuteAsync(
            $"UPDATE cp_checks SET requested_at = {then}, last_check_at = {then} WHERE tenant = $1",
            tenant,
            due
        );
    }

    private Task<DateTimeOffset> OfCheckAsync(string column, Person person) =>
        database.ValueAsync<DateTimeOffset>(
            $"SELECT k.{column} FROM cp_checks k JOIN cp_identities i ON i.tenant = k.tenant AND "
                + $"i.customer_id = k.customer_id WHERE i.tenant = $1 AND i.value = $2",
            person.Tenant,
            person.Address
        );
}
