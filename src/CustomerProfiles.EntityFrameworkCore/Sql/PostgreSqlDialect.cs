using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using NodaTime;

namespace CustomerProfiles.EntityFrameworkCore.Sql;

/// <summary>
/// PostgreSQL, from version 12. Every call of the store is one trip, and nothing is locked between two. A statement sees the database as it was when the statement began. So a call that has to see
/// what another has just done is a batch, which is a transaction by itself: it first locks, and the next statement sees what was done before the lock was had. Who asks for checks or
/// changes identities locks the tenant together with others who do (<c>beside</c>); who switches or suppresses locks it alone.
/// </summary>
/// <remarks>
/// A plan must not depend on what the planner believes of the tables, for it is kept when they have grown. So a row that is found by another's
/// is found in a subquery with <c>offset 0</c>: it is not merged with the rest, and leaves nothing but the whole key to find it by. Where two indexes
/// would do, an order that only one of them has decides. A row's place (<c>ctid</c>) is used where nobody else can change the row meanwhile.
/// </remarks>
internal sealed class PostgreSqlDialect : StoreDialect
{
    /// <summary>A unique key was violated (SQLSTATE class 23).</summary>
    private const string UniqueViolation = "23505";

    private readonly string _clock;

    private PostgreSqlDialect(string clock) => _clock = clock;

    public static PostgreSqlDialect Instance { get; } = new("statement_timestamp()");

    public override string ProviderName => "Npgsql.EntityFrameworkCore.PostgreSQL";

    public override string DocumentType => "jsonb";

    public override string TextType => "text";

    public override string TimeType => "timestamp with time zone";

    public override string OrdinalCollation => "C";

    /// <summary>
    /// Of an empty table every index seems as good as any other, and who looks for an address would read all of its tenant by the
    /// customer's. A condition on the customer implies this one, a condition on the address does not.
    /// </summary>
    public override string CustomerIndexFilter => "customer_id is not null";

    public override bool WritesInTransaction => false;

    /// <summary>
    /// Who waits for another's upgrade, and a migration of a large table, take as long as they take, whatever limits the
    /// session has. The number is the package's own, and arbitrary.
    /// </summary>
    public override string UpgradeLock =>
        "set local lock_timeout = 0; set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0; select pg_advisory_xact_lock(4873302519643100)";

    public override string NameToFind(StoreTables tables) => tables.Schema;

    public override string NameToFind(ISqlGenerationHelper sql, string table, string? schema) => sql.DelimitIdentifier(table, schema);

    /// <summary>The same dialect by a clock that a test can move.</summary>
    internal static PostgreSqlDialect WithClock(string sql) => new(sql);

    public override object IdParameter(Guid id) => id;

    /// <summary>With an offset it is a time with time zone in every mode of Npgsql, also in that of its old timestamps.</summary>
    public override object TimeParameter(Instant time) => time.ToDateTimeOffset();

    public override object DurationParameter(Duration duration) => duration.ToTimeSpan();

    public override object TextsParameter(IEnumerable<string> texts) => texts.ToArray();

    public override Guid ReadId(DbDataReader reader, int column) => reader.GetGuid(column);

    public override Instant ReadTime(DbDataReader reader, int column) => Instant.FromDateTimeOffset(reader.GetFieldValue<DateTimeOffset>(column));

    public override Task<SessionSettings> InspectAsync(DbContext context, StoreSql sql, bool hasTables, CancellationToken cancellationToken) =>
        PostgreSqlInspection.InspectAsync(context, sql, hasTables, cancellationToken);

    public override Task<string?> FindElsewhereAsync(StoreSession session, StoreTables tables, CancellationToken cancellationToken) =>
        PostgreSqlInspection.FindElsewhereAsync(session, tables, cancellationToken);

    public override string? AdviceOn(DbException exception) => PostgreSqlErrors.AdviceOn(exception);

    public override bool IsConnectionSpoiled(DbException exception) => PostgreSqlErrors.IsConnectionSpoiled(exception);

    public override void ClearPool(DbConnection connection) => PostgreSqlErrors.ClearPool(connection);

    public override bool IsIdentityTaken(DbException exception, string identityKey) =>
        exception.SqlState == UniqueViolation && exception.Data["ConstraintName"] is string constraint && constraint == identityKey;

    public override StoreStatements StatementsFor(StoreTables tables)
    {
        const string wantedIdentities = "unnest(@kinds, @values) w (kind, value)";
        const string profileColumns = "c.id, c.version, c.created_at, c.updated_at, c.profile";
        const string noLease = "timestamptz '1970-01-01 00:00:00+00'";

        // Not from "now": that is by the clock of the host that asks for the check, and others may be behind.
        const string atOnce = noLease;
        const string heldCheck = "k.tenant = @tenant and k.customer_id = @id and k.provider = @provider and k.is_pending and k.lease_id = @lease";
        const string dropOrEnd = "is_unwanted = k.lease_id is not null, is_pending = k.lease_id is not null";

        const string tenantKey = "hashtextextended(@tenant, 4873302519643100)";
        const string beside = $"select pg_advisory_xact_lock_shared({tenantKey}) as {StoreStatements.Lock};";
        const string alone = $"select pg_advisory_xact_lock({tenantKey}) as {StoreStatements.Lock};";

        static string Micros(string time) => $"(extract(epoch from {time}) * 1000000)::bigint";

        var switchesOf = (string tenant) =>
            $"(select json_agg(json_build_array(w.provider, w.is_on, {Micros("w.changed_at")}, w.changed_by) order by w.provider) from {tables.Switches} w where w.tenant = {tenant})";
        var lockCustomer = $"select 1 as {StoreStatements.Lock} from {tables.Customers} c where c.tenant = @tenant and c.id = @id for no key update;";
        var isOff = (string tenant, string provider) => $"exists (select 1 from {tables.Switches} w where w.tenant = {tenant} and w.provider = {provider} and not w.is_on)";
        var isSuppressed = $"""
            (c.is_suppressed or exists (
                select 1 from {tables.Identities} i
                cross join lateral (
                    select 1 from {tables.Suppressions} s where s.tenant = i.tenant and s.kind = i.kind and s.value = i.value offset 0) s
                where i.tenant = c.tenant and i.customer_id = c.id))
            """;
        var stored = $"""
            {profileColumns},
            (select json_agg(json_build_array(k.provider, {Micros("k.last_check_at")}, k.last_outcome, {Micros("k.requested_at")}, k.is_pending, {Micros("k.last_failure_at")}, k.last_failure) order by k.provider)
             from {tables.Checks} k where k.tenant = c.tenant and k.customer_id = c.id),
            {switchesOf("c.tenant")},
            {isSuppressed}
            """;

        // The customer is locked before the check, as in every batch, so that no two wait for each other.
        var complete = $"""
            {lockCustomer}
            with held as (
                select k.is_unwanted or {isSuppressed} or {isOff("k.tenant", "k.provider")} as is_unwanted
                from {tables.Checks} k join {tables.Customers} c on c.tenant = k.tenant and c.id = k.customer_id
                where {heldCheck}
                for update of k),
            written as (
                update {tables.Customers} c set version = @version, updated_at = @updated_at, profile = cast(@profile as jsonb), search = @search
                from held h
                where not h.is_unwanted and cast(@profile as jsonb) is not null and c.tenant = @tenant and c.id = @id and c.version = @version - 1
                returning 1),
            ended as (
                update {tables.Checks} k
                set is_pending = false, last_check_at = @now, last_outcome = case when h.is_unwanted then '{StoredNames.Dropped}' else @outcome end, last_failure_at = null, last_failure = null
                from held h
                where k.tenant = @tenant and k.customer_id = @id and k.provider = @provider
                  and (h.is_unwanted or cast(@profile as jsonb) is null or exists (select 1 from written))
                returning 1)
            select h.is_unwanted, exists (select 1 from ended), c.id, c.version, c.created_at, c.updated_at,
                   case when not exists (select 1 from ended) then c.profile end
            from held h join {tables.Customers} c on c.tenant = @tenant and c.id = @id
            """;

        return new StoreStatements
        {
            Get = $"select {stored} from {tables.Customers} c where c.tenant = @tenant and c.id = @id",

            Find = $"""
                select {stored}
                from {tables.Identities} f
                cross join lateral (select c.* from {tables.Customers} c where c.tenant = f.tenant and c.id = f.customer_id offset 0) c
                where f.tenant = @tenant and f.kind = @kind and f.value = @value
                """,

            Receive = $"""
                with found as (
                    select f.customer_id from {tables.Identities} f where f.tenant = @tenant and f.kind = @kind and f.value = @value),
                told as (
                    insert into {tables.Conversations} (tenant, customer_id, conversation_id, told_as, told_at)
                    select @tenant, f.customer_id, @conversation, @told_as, @told_at from found f
                    on conflict do nothing
                    returning 1)
                select {stored}, exists (select 1 from told), t.told_as, t.told_at
                from found f
                cross join lateral (select c.* from {tables.Customers} c where c.tenant = @tenant and c.id = f.customer_id offset 0) c
                left join lateral (
                    select t.told_as, t.told_at from {tables.Conversations} t
                    where t.tenant = @tenant and t.customer_id = f.customer_id and t.conversation_id = @conversation offset 0) t on true
                """,

            // Whoever comes second finds the identity taken and writes nothing at all.
            Create = $"""
                {beside}
                with owned as (
                    insert into {tables.Identities} (tenant, kind, value, customer_id) values (@tenant, @kind, @value, @id)
                    on conflict do nothing
                    returning customer_id),
                made as (
                    insert into {tables.Customers} (tenant, id, version, created_at, updated_at, profile, search, is_suppressed)
                    select @tenant, o.customer_id, @version, @created_at, @updated_at, cast(@profile as jsonb), @search, false from owned o),
                told as (
                    insert into {tables.Conversations} (tenant, customer_id, conversation_id, told_as, told_at)
                    select @tenant, o.customer_id, @conversation, @told_as, @told_at from owned o),
                asked as (
                    insert into {tables.Checks} (tenant, customer_id, provider, requested_at, is_pending, is_unwanted, ask_from, leased_until, available_from, attempt)
                    select distinct @tenant, o.customer_id, p.provider, cast(@told_at as timestamptz), true, false, {atOnce}, {noLease}, least(cast(@told_at as timestamptz), {_clock}), 0
                    from owned o cross join unnest(@providers) p (provider)
                    where not {isOff("@tenant", "p.provider")}
                      and not exists (select 1 from {tables.Suppressions} s where s.tenant = @tenant and s.kind = @kind and s.value = @value)
                    returning provider)
                select exists (select 1 from owned), (select json_agg(a.provider) from asked a), {switchesOf("@tenant")},
                       exists (select 1 from {tables.Suppressions} s where s.tenant = @tenant and s.kind = @kind and s.value = @value)
                """,

            // That nobody else gets an identity between the look and the write is seen to by its key; the call is repeated then.
            Update = $"""
                {beside}
                {lockCustomer}
                with taken as (
                    select i.kind, i.value, i.customer_id
                    from {wantedIdentities} cross join lateral (
                        select i.kind, i.value, i.customer_id from {tables.Identities} i
                        where i.tenant = @tenant and i.kind = w.kind and i.value = w.value offset 0) i
                    where i.customer_id <> @id limit 1),
                written as (
                    update {tables.Customers} c set version = @version, updated_at = @updated_at, profile = cast(@profile as jsonb), search = @search
                    where c.tenant = @tenant and c.id = @id and c.version = @version - 1 and not exists (select 1 from taken)
                    returning c.is_suppressed),
                freed as (
                    delete from {tables.Identities} i
                    using written cross join lateral (
                        select o.ctid as place, o.kind, o.value from {tables.Identities} o
                        where o.tenant = @tenant and o.customer_id >= @id and o.customer_id <= @id order by o.customer_id offset 0) o
                    where i.ctid = o.place and not exists (select 1 from {wantedIdentities} where w.kind = o.kind and w.value = o.value)),
                gained as (
                    insert into {tables.Identities} (tenant, kind, value, customer_id)
                    select @tenant, w.kind, w.value, @id from written cross join {wantedIdentities}
                    where not exists (select 1 from {tables.Identities} i where i.tenant = @tenant and i.kind = w.kind and i.value = w.value offset 0)
                    order by w.kind, w.value
                    returning kind, value),
                marked as (
                    insert into {tables.Suppressions} (tenant, kind, value)
                    select @tenant, g.kind, g.value from gained g cross join written where written.is_suppressed
                    on conflict do nothing),
                ended as (
                    update {tables.Checks} k set {dropOrEnd}
                    where k.tenant = @tenant and k.customer_id = @id and k.is_pending
                      and exists (
                          select 1 from gained g cross join lateral (
                              select 1 from {tables.Suppressions} s where s.tenant = @tenant and s.kind = g.kind and s.value = g.value offset 0) s))
                select exists (select 1 from written), c.id, c.version, c.created_at, c.updated_at,
                       case when not exists (select 1 from written) then c.profile end, t.kind, t.value, t.customer_id
                from (values (1)) one left join {tables.Customers} c on c.tenant = @tenant and c.id = @id left join taken t on true
                """,

            Request = $"""
                {beside}
                {lockCustomer}
                insert into {tables.Checks} as k (tenant, customer_id, provider, requested_at, is_pending, is_unwanted, ask_from, leased_until, available_from, attempt)
                select c.tenant, c.id, @provider, @now, true, false, {atOnce}, {noLease}, least(cast(@now as timestamptz), {_clock}), 0
                from {tables.Customers} c
                where c.tenant = @tenant and c.id = @id and not {isSuppressed} and not {isOff("@tenant", "@provider")}
                  and (cast(@last as timestamptz) is null
                       or exists (select 1 from {tables.Checks} o where o.tenant = @tenant and o.customer_id = @id and o.provider = @provider))
                on conflict (tenant, customer_id, provider) do update
                set requested_at = excluded.requested_at, is_pending = true, is_unwanted = false, ask_from = excluded.ask_from, leased_until = excluded.leased_until,
                    available_from = excluded.available_from, lease_id = null, attempt = 0
                where not k.is_pending and k.last_check_at is not distinct from cast(@last as timestamptz)
                returning 1
                """,

            FindRequest = $"select 1 from {tables.Checks} k where k.tenant = @tenant and k.customer_id = @id and k.provider = @provider and k.is_pending and k.requested_at = @now",

            // A check that another host is claiming at this moment is passed over, not waited for.
            Claim = $"""
                with next as (
                    select k.tenant, k.customer_id, k.provider from {tables.Checks} k
                    where k.is_pending and k.available_from <= greatest(@now, {_clock}) and k.ask_from <= @now and k.leased_until <= {_clock} and k.provider = any (@providers)
                    order by k.available_from
                    limit 1 for update skip locked)
                update {tables.Checks} k
                set is_pending = not (k.is_unwanted or {isSuppressed} or {isOff("k.tenant", "k.provider")}),
                    lease_id = @lease, leased_until = {_clock} + @lease_for, available_from = greatest(k.ask_from, {_clock} + @lease_for), attempt = k.attempt + 1
                from next n join {tables.Customers} c on c.tenant = n.tenant and c.id = n.customer_id
                where k.tenant = n.tenant and k.customer_id = n.customer_id and k.provider = n.provider
                returning k.is_pending, k.provider, k.attempt, k.leased_until, k.tenant, {profileColumns}
                """,

            Complete = complete,

            CompleteAlone = $"{alone} {complete}",

            FindCompletion = $"""
                select k.last_outcome from {tables.Checks} k
                where k.tenant = @tenant and k.customer_id = @id and k.provider = @provider and not k.is_pending and k.lease_id = @lease and k.last_check_at = @now
                """,

            Release = $"""
                update {tables.Checks} k
                set is_pending = cast(@ask_again as timestamptz) is not null and not k.is_unwanted,
                    lease_id = null, leased_until = {noLease}, ask_from = coalesce(@ask_again, k.ask_from), available_from = coalesce(@ask_again, k.ask_from),
                    attempt = k.attempt - @uncounted, last_failure_at = coalesce(@failed_at, k.last_failure_at), last_failure = coalesce(@failure, k.last_failure)
                where {heldCheck}
                """,

            Prolong = $"""
                update {tables.Checks} k
                set leased_until = {_clock} + @lease_for, available_from = greatest(k.ask_from, {_clock} + @lease_for)
                where {heldCheck}
                returning 1
                """,

            CountPending = $"select provider, count(*) from {tables.Checks} where is_pending group by provider",

            Spend = $"""
                insert into {tables.Spending} as s (provider, period, spent) select @provider, @period, 1 where @most > 0
                on conflict (provider, period) do update set spent = s.spent + 1 where s.spent < @most
                returning 1
                """,

            GiveBack = $"update {tables.Spending} set spent = spent - 1 where provider = @provider and period = @period and spent > 0",

            Switches = $"select {switchesOf("@tenant")}",

            Switch = $"""
                {alone}
                with changed as (
                    insert into {tables.Switches} as w (tenant, provider, is_on, changed_at, changed_by)
                    select @tenant, @provider, @is_on, @changed_at, @changed_by
                    where not @is_on or exists (select 1 from {tables.Switches} o where o.tenant = @tenant and o.provider = @provider)
                    on conflict (tenant, provider) do update set is_on = excluded.is_on, changed_at = excluded.changed_at, changed_by = excluded.changed_by
                    where w.is_on <> excluded.is_on
                    returning 1),
                ended as (
                    update {tables.Checks} k set {dropOrEnd}
                    from changed cross join (
                        select q.tenant, q.customer_id, q.provider
                        from (select q.tenant, q.customer_id, q.provider from {tables.Checks} q where q.is_pending offset 0) q
                        where q.tenant = @tenant and q.provider = @provider offset 0) q
                    where not @is_on and k.tenant = q.tenant and k.customer_id = q.customer_id and k.provider = q.provider and coalesce(k.is_pending, false))
                select 1 from changed
                """,

            SuppressCustomer = $"""
                {alone}
                with marked as (
                    update {tables.Customers} c set is_suppressed = true where c.tenant = @tenant and c.id = @id returning c.profile),
                kept as (
                    insert into {tables.Suppressions} (tenant, kind, value)
                    select @tenant, i ->> 0, i ->> 1 from marked cross join jsonb_array_elements(marked.profile -> '{ProfileDocument.Identities}') i
                    on conflict do nothing),
                ended as (
                    update {tables.Checks} k set {dropOrEnd} from marked where k.tenant = @tenant and k.customer_id = @id and k.is_pending)
                select 1 from marked
                """,

            LiftCustomer = $"""
                {alone}
                with lifted as (
                    update {tables.Customers} c set is_suppressed = false where c.tenant = @tenant and c.id = @id returning c.profile),
                gone as (
                    delete from {tables.Suppressions} s
                    using lifted cross join jsonb_array_elements(lifted.profile -> '{ProfileDocument.Identities}') i
                    cross join lateral (
                        select f.ctid as place from {tables.Suppressions} f
                        where f.tenant = @tenant and f.kind = i ->> 0 and f.value = i ->> 1 offset 0) f
                    where s.ctid = f.place)
                select 1 from lifted
                """,

            SuppressIdentity = $"""
                {alone}
                with kept as (
                    insert into {tables.Suppressions} (tenant, kind, value) values (@tenant, @kind, @value) on conflict do nothing)
                update {tables.Checks} k set {dropOrEnd}
                where k.tenant = @tenant and k.is_pending
                  and k.customer_id = (select i.customer_id from {tables.Identities} i where i.tenant = @tenant and i.kind = @kind and i.value = @value)
                """,

            LiftIdentity = $"{alone} delete from {tables.Suppressions} where tenant = @tenant and kind = @kind and value = @value",

            List = (isAfter, terms) => new StoreStatement(
                $"""
                select {profileColumns} from {tables.Customers} c
                where c.tenant = @tenant{(isAfter ? " and c.id > @after" : "")}{string.Concat(Enumerable.Range(0, terms).Select(term => $" and strpos(c.search, @term{term}) > 0"))}
                order by c.id limit @most
                """,
                isSearch: true),

            FindSchema = "select 1 where to_regclass(@schema) is not null",

            SchemaVersion = $"select max(version) from {tables.Schema}",
        };
    }
}
