using System.Collections.Concurrent;
using CustomerProfiles.EntityFrameworkCore;
using CustomerProfiles.Stores;
using Microsoft.Data.Sqlite;

namespace CustomerProfiles.StoreThroughput;

/// <summary>
/// The limit of SQLite: open connections with prepared statements. Its writers queue, because colliding costs them far
/// more, and a call that writes to several tables is a transaction.
/// </summary>
internal sealed class SqliteLimits(string connectionString) : Limits
{
    private const string OwnerOfIdentity =
        "(select customer_id from cp_identities where tenant = @tenant and kind = 'email' and value = @value)";

    private const string OriginOfIdentity =
        "(select coalesce(origin_id, customer_id) from cp_identities "
        + "where tenant = @tenant and kind = 'email' and value = @value)";

    private const string ById =
        $"select {Profile} from cp_customers c where c.tenant = @tenant and c.id = @id and c.merged_into is null";

    private const string ByAddress =
        $"select {Profile} from cp_customers c where c.tenant = @tenant and c.id = {OwnerOfIdentity}";

    private const string SidebarById =
        $"select {Sidebar} from cp_customers c {Beside} "
        + "where c.tenant = @tenant and c.id = @id and c.merged_into is null";

    private const string KnownThread = $"""
        select {Sidebar}, t.direction, t.occurred_at from cp_customers c
        join cp_conversations t on t.tenant = c.tenant and t.customer_id = {OriginOfIdentity}
            and t.conversation_id = @conversation
        {Beside} where c.tenant = @tenant and c.id = {OwnerOfIdentity}
        """;

    private const string NewConversation = $"""
        insert into cp_conversations (tenant, customer_id, conversation_id, direction, occurred_at)
        select tenant, coalesce(origin_id, customer_id), @conversation, 'received', @now from cp_identities
        where tenant = @tenant and kind = 'email' and value = @value on conflict do nothing;
        update cp_activity set conversation_at = @now
        where changes() > 0 and tenant = @tenant and customer_id = {OwnerOfIdentity} and conversation_at < @now;
        select {Sidebar}, changes() from cp_customers c {Beside}
        where c.tenant = @tenant and c.id = {OwnerOfIdentity}
        """;

    private const string NewCustomer = """
        insert into cp_customers (tenant, id, version, created_at, updated_at, profile, is_suppressed,
            suppression_generation)
        select @tenant, @id, 1, @now, @now, @profile, 0, 0 where not exists (
            select 1 from cp_identities where tenant = @tenant and kind = 'email' and value = @value)
            and not exists (select 1 from cp_erasures where tenant = @tenant and customer_id = @id)
            and not exists (select 1 from cp_erasure_marks where tenant = @tenant and hash = @hash)
            and not exists (
                select 1 from cp_erasure_guards where tenant = @tenant and hash = @hash and guarded_until > @now);
        insert into cp_identities (tenant, kind, value, customer_id)
            select @tenant, 'email', @value, @id where changes() > 0;
        insert into cp_conversations (tenant, customer_id, conversation_id, direction, occurred_at)
            select @tenant, @id, @conversation, 'received', @now where changes() > 0;
        insert into cp_activity (tenant, customer_id, changed_at, conversation_at)
            select @tenant, @id, @now, @now where changes() > 0;
        update cp_tenants set last_row = last_row + 1 where changes() > 0 and tenant = @tenant;
        insert into cp_search (row_id, tenant, customer_id, name, company, has_photo, text, prefixes, properties)
            select (n.number << 40) + n.last_row, @tenant, @id, @name, @company, @has_photo, @text, @prefixes, '[]'
            from cp_tenants n where changes() > 0 and n.tenant = @tenant;
        insert into cp_checks (tenant, customer_id, provider, requested_at, is_pending, setting_generation,
            suppression_generation, not_before, leased_until, available_from, attempt)
        select @tenant, @id, @provider, @now, 1, coalesce((
            select generation from cp_provider_settings where tenant = @tenant and provider = @provider), 0),
            0, @now, 0, @now, 0
        where changes() > 0
            and not exists (select 1 from cp_provider_settings
                where tenant = @tenant and provider = @provider and not is_enabled)
            and not exists (select 1 from cp_suppressions
                where tenant = @tenant and kind = 'email' and value = @value)
        """;

    /// <summary>Follows the change of a customer: what they are found by is written only where it changed.</summary>
    private const string FoundBy = """
        update cp_activity set changed_at = @now where changes() > 0 and tenant = @tenant and customer_id = @id;
        update cp_search set name = @name, company = @company, has_photo = @has_photo, text = @text,
            prefixes = @prefixes
        where changes() > 0 and tenant = @tenant and customer_id = @id
            and (name, company, has_photo, text, prefixes) <> (@name, @company, @has_photo, @text, @prefixes)
        """;

    private const string Edit = $"""
        update cp_customers set version = @version, updated_at = @now, profile = @profile
        where tenant = @tenant and id = @id and version = @version - 1
            and (select count(*) from cp_identities i indexed by ix_cp_identities_customer
                where i.tenant = @tenant and i.customer_id = @id) = json_array_length(@values)
            and not exists (
                select 1 from json_each(@values) n
                where (select customer_id from cp_identities
                    where tenant = @tenant and kind = n.value ->> 0 and value = n.value ->> 1) is not @id);
        {FoundBy}
        """;

    private const string Claim = """
        update cp_checks set lease_id = @lease, leased_until = @now + 86400000000, attempt = attempt + 1,
            available_from = @now + 86400000000
        where (tenant, customer_id, provider) = (
            select tenant, customer_id, provider from cp_checks indexed by ix_cp_checks_pending
            where is_pending and available_from <= @now and not_before <= @now and leased_until <= @now
                and provider = @provider
            order by available_from limit 1)
        returning tenant, customer_id, attempt, leased_until, suppression_generation, setting_generation
        """;

    private const string Claimed = $"""
        select {Profile}, c.suppression_generation, (
            select generation from cp_provider_settings where tenant = @tenant and provider = @provider)
        from cp_customers c where c.tenant = @tenant and c.id = @id
        """;

    private const string Complete = $"""
        update cp_customers set version = @version, updated_at = @now, profile = @profile
        where tenant = @tenant and id = @id and version = @version - 1
            and (select is_pending and lease_id = @lease
                and k.suppression_generation = cp_customers.suppression_generation
                and k.setting_generation = coalesce((select generation from cp_provider_settings
                    where tenant = @tenant and provider = @provider), 0)
                from cp_checks k where tenant = @tenant and customer_id = @id and provider = @provider);
        update cp_checks set is_pending = 0, last_check_at = @now, last_outcome = 'matched', last_failure_at = null,
            last_failure = null
        where changes() > 0 and tenant = @tenant and customer_id = @id and provider = @provider;
        {FoundBy}
        """;

    private readonly ConcurrentBag<Prepared> _idle = [];

    private readonly SemaphoreSlim _turn = new(1);

    private static string Tenant => TenantId.Default.Value;

    private static long Now => Population.Now.ToUnixTimeTicks() / 10;

    public override Task ByIdAsync(CustomerId id) => ReadAsync(ById, ("@tenant", Tenant), ("@id", Id(id)));

    public override Task ByAddressAsync(string address) =>
        ReadAsync(ByAddress, ("@tenant", Tenant), ("@value", address));

    public override Task SidebarAsync(CustomerId id) => ReadAsync(SidebarById, ("@tenant", Tenant), ("@id", Id(id)));

    public override Task KnownThreadAsync(string address, string conversation) =>
        ReadAsync(KnownThread, ("@tenant", Tenant), ("@value", address), ("@conversation", conversation));

    public override Task NewConversationAsync(string address, string conversation) =>
        WriteAsync(connection =>
            connection.Run(
                NewConversation,
                ("@tenant", Tenant),
                ("@value", address),
                ("@conversation", conversation),
                ("@now", Now)
            )
        );

    public override Task NewCustomerAsync(CustomerProfile profile, string conversation, string provider) =>
        WriteAsync(connection =>
            connection.Run(
                NewCustomer,
                [
                    ("@tenant", Tenant),
                    ("@id", Id(profile.Id)),
                    ("@value", profile.Identities[0].Value),
                    ("@conversation", conversation),
                    ("@now", Now),
                    ("@profile", ProfileDocument.Write(profile)),
                    ("@provider", provider),
                    ("@hash", ErasureHash.OfConversation(default, conversation)),
                    .. Keys(profile),
                ]
            )
        );

    public override Task EditAsync(CustomerProfile next) =>
        WriteAsync(connection =>
            connection.Run(
                Edit,
                [
                    .. Written(next),
                    (
                        "@values",
                        System.Text.Json.JsonSerializer.Serialize(
                            next.Identities.Select(identity => new[] { StoredNames.Of(identity.Kind), identity.Value })
                        )
                    ),
                ]
            )
        );

    public override Task ClaimAsync(string provider, Guid lease) =>
        WriteAsync(connection =>
        {
            var first = connection.Run(
                Claim,
                ("@lease", lease.ToString()),
                ("@now", (TimeProvider.System.GetUtcNow().UtcDateTime - DateTime.UnixEpoch).Ticks / 10),
                ("@provider", provider)
            );
            return first is [string tenant, string id, ..]
                ? connection.Run(Claimed, ("@tenant", tenant), ("@id", id), ("@provider", provider))
                : null;
        });

    public override Task CompleteAsync(CheckClaim claim, CustomerProfile next) =>
        WriteAsync(connection =>
            connection.Run(
                Complete,
                [.. Written(next), ("@provider", claim.Provider), ("@lease", claim.LeaseId.ToString())]
            )
        );

    public override ValueTask DisposeAsync()
    {
        while (_idle.TryTake(out var connection))
        {
            connection.Dispose();
        }

        _turn.Dispose();
        return default;
    }

    private static string Id(CustomerId id) => id.Value.ToString();

    private static (string, object)[] Written(CustomerProfile next) =>
        [
            ("@tenant", Tenant),
            ("@id", Id(next.Id)),
            ("@version", next.Version),
            ("@now", Now),
            ("@profile", ProfileDocument.Write(next)),
            .. Keys(next),
        ];

    private static (string, object)[] Keys(CustomerProfile profile)
    {
        var keys = KeysOf(profile);
        return
        [
            ("@name", keys.Name),
            ("@company", keys.Company),
            ("@has_photo", keys.HasPhoto),
            ("@text", keys.Text),
            ("@prefixes", SqliteDialect.Instance.Prefixes(keys.Prefixes)),
        ];
    }

    private Task ReadAsync(string statement, params (string, object)[] parameters)
    {
        var connection = Take();
        Require(connection.Run(statement, parameters) is not null, statement);
        _idle.Add(connection);
        return Task.CompletedTask;
    }

    private async Task WriteAsync(Func<Prepared, object?[]?> work)
    {
        await _turn.WaitAsync();
        try
        {
            var connection = Take();
            connection.Run("begin immediate");
            Require(work(connection) is not null, "a write");
            connection.Run("commit");
            _idle.Add(connection);
        }
        finally
        {
            _turn.Release();
        }
    }

    private Prepared Take() => _idle.TryTake(out var idle) ? idle : new Prepared(connectionString);

    /// <summary>An open connection and its prepared statements.</summary>
    private sealed class Prepared : IDisposable
    {
        private readonly SqliteConnection _connection;
        private readonly Dictionary<string, SqliteCommand> _commands = [];

        public Prepared(string connectionString)
        {
            _connection = new SqliteConnection(connectionString);
            _connection.Open();
        }

        public void Dispose()
        {
            foreach (var command in _commands.Values)
            {
                command.Dispose();
            }

            _connection.Dispose();
        }

        /// <summary>Runs a statement and reads its columns.</summary>
        /// <returns>The last row; an empty one when rows were only changed; null when nothing was found.</returns>
        public object?[]? Run(string statement, params (string Name, object Value)[] parameters)
        {
            if (!_commands.TryGetValue(statement, out var command))
            {
                command = _connection.CreateCommand();
                command.CommandText = statement;
                foreach (var (name, value) in parameters)
                {
                    command.Parameters.AddWithValue(name, value);
                }

                _commands.Add(statement, command);
            }

            for (var i = 0; i < parameters.Length; i++)
            {
                command.Parameters[i].Value = parameters[i].Value;
            }

            object?[]? row = null;
            using var reader = command.ExecuteReader();
            do
            {
                while (reader.Read())
                {
                    row = new object[reader.FieldCount];
                    reader.GetValues(row!);
                }
            } while (reader.NextResult());

            return row ?? (reader.RecordsAffected > 0 ? [] : null);
        }
    }
}
