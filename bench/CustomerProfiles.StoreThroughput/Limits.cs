using CustomerProfiles.Stores;

namespace CustomerProfiles.StoreThroughput;

/// <summary>
/// The limit of a database: for each operation the smallest statement that keeps the promise of the store, written
/// apart from the library, prepared, on connections that are not reset between two uses. A profile is written as the
/// same document, and what is read is not made into anything.
/// </summary>
internal abstract class Limits : IAsyncDisposable
{
    /// <summary>A profile and nothing else.</summary>
    protected const string Profile = "c.id, c.version, c.created_at, c.updated_at, c.profile";

    /// <summary>The same with what a sidebar shows beside it: a row for each check and provider setting.</summary>
    protected const string Sidebar =
        Profile
        + """
            , c.is_suppressed or exists (
                select 1 from cp_identities o
                join cp_suppressions s on s.tenant = o.tenant and s.kind = o.kind and s.value = o.value
                where o.tenant = c.tenant and o.customer_id = c.id),
            k.provider, k.last_check_at, k.last_outcome, k.requested_at, k.is_pending, k.last_failure_at,
            k.last_failure, k.suppression_generation >= c.suppression_generation
                and k.setting_generation >= coalesce(w.generation, 0),
            w.provider, w.is_enabled, w.changed_at, w.changed_by
            """;

    /// <summary>The tables that <see cref="Sidebar"/> needs beside that of the customer.</summary>
    protected const string Beside = """
        left join cp_checks k on k.tenant = c.tenant and k.customer_id = c.id
        left join cp_provider_settings w on w.tenant = c.tenant
        """;

    public static Limits Of(bool isPostgreSql, string connectionString) =>
        isPostgreSql ? new PostgreSqlLimits(connectionString) : new SqliteLimits(connectionString);

    public abstract Task ByIdAsync(CustomerId id);

    public abstract Task ByAddressAsync(string address);

    public abstract Task SidebarAsync(CustomerId id);

    public abstract Task KnownThreadAsync(string address, string conversation);

    public abstract Task NewConversationAsync(string address, string conversation);

    public abstract Task NewCustomerAsync(CustomerProfile profile, string conversation, string provider);

    /// <summary>An edit that changes no identity, which the statement makes sure of.</summary>
    public abstract Task EditAsync(CustomerProfile next);

    public abstract Task ClaimAsync(string provider, Guid lease);

    public abstract Task CompleteAsync(CheckClaim claim, CustomerProfile next);

    public abstract ValueTask DisposeAsync();

    /// <summary>What a profile is found by; none of its properties, as the population has none.</summary>
    protected static SearchKeys KeysOf(CustomerProfile profile) =>
        ProfileSearch.KeysOf(profile, SearchableProperties.None);

    /// <summary>An operation that did nothing would be measured as a fast one.</summary>
    protected static void Require(bool isDone, string operation)
    {
        if (!isDone)
        {
            throw new InvalidOperationException($"The limit of '{operation}' did not do what is measured.");
        }
    }
}
