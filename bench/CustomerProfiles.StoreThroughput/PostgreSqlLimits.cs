using CustomerProfiles.EntityFrameworkCore;
using CustomerProfiles.Stores;
using NodaTime;
using Npgsql;

namespace CustomerProfiles.StoreThroughput;

/// <summary>The limit of PostgreSQL: one statement for each operation, with a generic plan.</summary>
internal sealed class PostgreSqlLimits : Limits
{
    private const string OfIdentity = "i.tenant = $1 and i.kind = 'email' and i.value = $2";

    private const string ById =
        $"select {Profile} from cp_customers c where c.tenant = $1 and c.id = $2 and c.merged_into is null";

    private const string ByAddress = $"""
        select {Profile} from cp_identities i
        join cp_customers c on c.tenant = i.tenant and c.id = i.customer_id where {OfIdentity}
        """;

    private const string SidebarById =
        $"select {Sidebar} from cp_customers c {Beside} where c.tenant = $1 and c.id = $2 and c.merged_into is null";

    private const string KnownThread = $"""
        select {Sidebar}, t.direction, t.occurred_at from cp_identities i
        join cp_conversations t on t.tenant = i.tenant and t.customer_id = coalesce(i.origin_id, i.customer_id)
            and t.conversation_id = $3
        join cp_customers c on c.tenant = i.tenant and c.id = i.customer_id
        {Beside} where {OfIdentity}
        """;

    /// <summary>Recorded only if the activity is there, which a merge removes.</summary>
    private const string NewConversation = $"""
        with i as (
            select i.tenant, i.customer_id, coalesce(i.origin_id, i.customer_id) as origin from cp_identities i
            where {OfIdentity}),
        a as materialized (
            select a.customer_id from i join cp_activity a on a.tenant = i.tenant and a.customer_id = i.customer_id
            where not exists (
                select 1 from cp_conversations t
                where t.tenant = i.tenant and t.customer_id = i.origin and t.conversation_id = $3)
            for no key update of a),
        t as (
            insert into cp_conversations (tenant, customer_id, conversation_id, direction, occurred_at)
            select i.tenant, i.origin, $3, 'received', $4 from i, a on conflict do nothing returning 1),
        u as (
            update cp_activity u set conversation_at = $4 from t, a
            where u.tenant = $1 and u.customer_id = a.customer_id and u.conversation_at < $4)
        select {Sidebar} from t, i join cp_customers c on c.tenant = i.tenant and c.id = i.customer_id {Beside}
        """;

    private const string NewCustomer = """
        with i as (
            insert into cp_identities (tenant, kind, value, customer_id)
            select $1, 'email', $2, $5
            where not exists (select 1 from cp_erasures e where e.tenant = $1 and e.customer_id = $5)
                and not exists (select 1 from cp_erasure_marks m where m.tenant = $1 and m.hash = $13)
                and not exists (
                    select 1 from cp_erasure_guards g where g.tenant = $1 and g.hash = $13 and g.guarded_until > $4)
            on conflict do nothing returning customer_id),
        c as (
            insert into cp_customers (tenant, id, version, created_at, updated_at, profile, is_suppressed,
                suppression_generation)
            select $1, i.customer_id, 1, $4, $4, $6, false, 0 from i),
        a as (
            insert into cp_activity (tenant, customer_id, changed_at, conversation_at)
            select $1, i.customer_id, $4, $4 from i),
        s as (
            insert into cp_search (tenant, customer_id, name, company, has_photo, text, prefixes, properties)
            select $1, i.customer_id, $8, $9, $10, $11, $12, '[]' from i),
        t as (
            insert into cp_conversations (tenant, customer_id, conversation_id, direction, occurred_at)
            select $1, i.customer_id, $3, 'received', $4 from i),
        k as (
            insert into cp_checks (tenant, customer_id, provider, requested_at, is_pending, setting_generation,
                suppression_generation, not_before, leased_until, available_from, attempt)
            select $1, i.customer_id, $7, $4, true, coalesce(w.generation, 0), 0, $4, 'epoch', $4, 0
            from i left join cp_provider_settings w on w.tenant = $1 and w.provider = $7
            where coalesce(w.is_enabled, true) and not exists (
                select 1 from cp_suppressions s where s.tenant = $1 and s.kind = 'email' and s.value = $2)
            returning provider)
        select i.customer_id, (select k.provider from k) from i
        """;

    /// <summary>Follows the change of a customer c: what they are found by is written only where it changed.</summary>
    private const string FoundBy = """
        a as (update cp_activity a set changed_at = $4 from c where a.tenant = $1 and a.customer_id = $2),
        s as (
            update cp_search s set name = $6, company = $7, has_photo = $8, text = $9, prefixes = $10 from c
            where s.tenant = $1 and s.customer_id = $2
                and (s.name, s.company, s.has_photo, s.text, s.prefixes) is distinct from ($6, $7, $8, $9, $10))
        """;

    private const string Edit = $"""
        with c as (
            update cp_customers c set version = $3, updated_at = $4, profile = $5
            where c.tenant = $1 and c.id = $2 and c.version = $3 - 1
                and (select count(*) from cp_identities i where i.tenant = $1 and i.customer_id = $2)
                    = cardinality($11)
                and not exists (
                    select 1 from unnest($11, $12) n (kind, value)
                    left join cp_identities i on i.tenant = $1 and i.kind = n.kind and i.value = n.value
                        and i.customer_id = $2
                    where i.customer_id is null)
            returning 1),
        {FoundBy}
        select 1 from c
        """;

    private const string Claim = $"""
        with n as (
            select tenant, customer_id, provider from cp_checks
            where is_pending and available_from <= $1 and not_before <= $1 and leased_until <= $1 and provider = $2
            order by available_from limit 1 for update skip locked)
        update cp_checks k set lease_id = $3, leased_until = $1 + interval '1 day', attempt = k.attempt + 1,
            available_from = $1 + interval '1 day'
        from n join cp_customers c on c.tenant = n.tenant and c.id = n.customer_id
            left join cp_provider_settings w on w.tenant = n.tenant and w.provider = n.provider
        where k.tenant = n.tenant and k.customer_id = n.customer_id and k.provider = n.provider
        returning k.suppression_generation >= c.suppression_generation
            and k.setting_generation >= coalesce(w.generation, 0), k.attempt, k.leased_until, {Profile}
        """;

    private const string Complete = $"""
        with c as (
            update cp_customers c set version = $3, updated_at = $4, profile = $5
            from cp_checks k left join cp_provider_settings w on w.tenant = k.tenant and w.provider = k.provider
            where c.tenant = $1 and c.id = $2 and c.version = $3 - 1
                and k.tenant = $1 and k.customer_id = $2 and k.provider = $11 and k.is_pending and k.lease_id = $12
                and k.suppression_generation >= c.suppression_generation
                and k.setting_generation >= coalesce(w.generation, 0)
            returning 1),
        {FoundBy}
        update cp_checks k set is_pending = false, last_check_at = $4, last_outcome = 'matched',
            last_failure_at = null, last_failure = null
        where k.tenant = $1 and k.customer_id = $2 and k.provider = $11 and k.is_pending and k.lease_id = $12
            and exists (select 1 from c)
        """;

    private readonly NpgsqlDataSource _source;

    public PostgreSqlLimits(string connectionString) =>
        _source = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(connectionString)
            {
                NoResetOnClose = true,
                MaxAutoPrepare = 64,
                AutoPrepareMinUsages = 1,
                Options =
                    "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_hashjoin=off "
                    + "-c enable_mergejoin=off -c jit=off",
            }
        );

    private static string Tenant => TenantId.Default.Value;

    private static DateTime Now => Population.Now.ToDateTimeUtc();

    public override async Task ByIdAsync(CustomerId id) =>
        Require(await RunAsync(ById, Text(Tenant), Id(id)) == 1, nameof(ById));

    public override async Task ByAddressAsync(string address) =>
        Require(await RunAsync(ByAddress, Text(Tenant), Text(address)) == 1, nameof(ByAddress));

    public override async Task SidebarAsync(CustomerId id) =>
        Require(await RunAsync(SidebarById, Text(Tenant), Id(id)) > 0, nameof(Sidebar));

    public override async Task KnownThreadAsync(string address, string conversation) =>
        Require(await RunAsync(KnownThread, Text(Tenant), Text(address), Text(conversation)) > 0, nameof(KnownThread));

    public override async Task NewConversationAsync(string address, string conversation) =>
        Require(
            await RunAsync(NewConversation, Text(Tenant), Text(address), Text(conversation), Time(Now)) > 0,
            nameof(NewConversation)
        );

    public override async Task NewCustomerAsync(CustomerProfile profile, string conversation, string provider) =>
        Require(
            await RunAsync(
                NewCustomer,
                [
                    Text(Tenant),
                    Text(profile.Identities[0].Value),
                    Text(conversation),
                    Time(Now),
                    Id(profile.Id),
                    Json(profile),
                    Text(provider),
                    .. Keys(profile),
                    Text(ErasureHash.OfConversation(default, conversation)),
                ]
            ) == 1,
            nameof(NewCustomer)
        );

    public override async Task EditAsync(CustomerProfile next) =>
        Require(
            await RunAsync(
                Edit,
                [
                    .. NextVersion(next),
                    Texts(next.Identities.Select(identity => StoredNames.Of(identity.Kind))),
                    Texts(next.Identities.Select(identity => identity.Value)),
                ]
            ) == 1,
            nameof(Edit)
        );

    public override async Task ClaimAsync(string provider, Guid lease) =>
        Require(
            await RunAsync(
                Claim,
                Time(TimeProvider.System.GetUtcNow().UtcDateTime),
                Text(provider),
                new NpgsqlParameter<Guid> { TypedValue = lease }
            ) == 1,
            nameof(Claim)
        );

    public override async Task CompleteAsync(CheckClaim claim, CustomerProfile next) =>
        Require(
            await RunAsync(
                Complete,
                [.. NextVersion(next), Text(claim.Provider), new NpgsqlParameter<Guid> { TypedValue = claim.LeaseId }]
            ) == 1,
            nameof(Complete)
        );

    public override ValueTask DisposeAsync() => _source.DisposeAsync();

    /// <summary>The first parameters of a statement that writes the next version of a profile.</summary>
    private static NpgsqlParameter[] NextVersion(CustomerProfile next) =>
        [
            Text(Tenant),
            Id(next.Id),
            Number(next.Version),
            Time(next.UpdatedAt.ToDateTimeUtc()),
            Json(next),
            .. Keys(next),
        ];

    private static NpgsqlParameter[] Keys(CustomerProfile profile)
    {
        var keys = KeysOf(profile);
        return
        [
            Text(keys.Name),
            Text(keys.Company),
            new NpgsqlParameter<bool> { TypedValue = keys.HasPhoto },
            Text(keys.Text),
            Text(PostgreSqlDialect.Instance.Prefixes(keys.Prefixes)),
        ];
    }

    private static NpgsqlParameter Text(string text) => new NpgsqlParameter<string> { TypedValue = text };

    private static NpgsqlParameter Texts(IEnumerable<string> texts) =>
        new NpgsqlParameter<string[]> { TypedValue = [.. texts] };

    private static NpgsqlParameter Id(CustomerId id) => new NpgsqlParameter<Guid> { TypedValue = id.Value };

    private static NpgsqlParameter Number(long number) => new NpgsqlParameter<long> { TypedValue = number };

    private static NpgsqlParameter Time(DateTime time) => new NpgsqlParameter<DateTime> { TypedValue = time };

    private static NpgsqlParameter Json(CustomerProfile profile) =>
        new NpgsqlParameter<string>
        {
            TypedValue = ProfileDocument.Write(profile),
            NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Json,
        };

    /// <summary>Runs a statement and reads its columns.</summary>
    /// <returns>The number of rows that it returned or changed.</returns>
    private async Task<int> RunAsync(string statement, params NpgsqlParameter[] parameters)
    {
        await using var connection = await _source.OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = statement;
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(parameter);
        }

        await using var reader = await command.ExecuteReaderAsync();
        var rows = 0;
        while (await reader.ReadAsync())
        {
            rows++;
            for (var column = 0; column < reader.FieldCount; column++)
            {
                _ = reader.GetValue(column);
            }
        }

        return Math.Max(rows, reader.RecordsAffected);
    }
}
