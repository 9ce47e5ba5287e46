using System.Data.Common;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using NodaTime;

namespace CustomerProfiles.EntityFrameworkCore.Sql;

/// <summary>
/// SQLite, from version 3.39. It has one writer at a time and no statement that writes to several tables, so a call that does so is a batch in a transaction that is the
/// writer's from its beginning; each batch first says what it is going to do, and every statement in it goes by the same conditions. SQLite runs in the host's process: its
/// clock is the host's.
/// </summary>
internal sealed class SqliteDialect : StoreDialect
{
    private const long TicksInMicrosecond = NodaConstants.TicksPerSecond / 1_000_000;

    private SqliteDialect()
    {
    }

    public static SqliteDialect Instance { get; } = new();

    public override string ProviderName => "Microsoft.EntityFrameworkCore.Sqlite";

    public override string DocumentType => "TEXT";

    public override string TextType => "TEXT";

    public override string OrdinalCollation => "BINARY";

    /// <summary>Lower-case text, as the library shows an id, and sorted as the bytes of the UUID are.</summary>
    public override ValueConverter IdConverter { get; } = new ValueConverter<Guid, string>(id => id.ToString("D"), text => Guid.Parse(text));

    /// <summary>Microseconds since 1970, which sort and compare as numbers.</summary>
    public override ValueConverter TimeConverter { get; } = new ValueConverter<DateTime, long>(
        time => (time.Ticks - DateTime.UnixEpoch.Ticks) / TicksInMicrosecond, micros => DateTime.UnixEpoch.AddTicks(micros * TicksInMicrosecond));

    public override bool WritesInTransaction => true;

    public override bool HasOneWriter => true;

    /// <summary>
    /// In WAL mode, which stays with the file, readers and the writer do not wait for each other. Foreign keys are off during an upgrade: a migration changes a table by making it anew, and dropping the
    /// old one would take the rows with it that refer to it. The pragma does nothing in a transaction, so a migration's own comes too late.
    /// </summary>
    public override string BeforeUpgrade => "pragma journal_mode = wal; pragma foreign_keys = off";

    public override string AfterUpgrade => "pragma foreign_keys = on";

    public override string OrphansAfterUpgrade => "select \"table\" from pragma_foreign_key_check limit 1";

    public override string NameToFind(StoreTables tables) => tables.SchemaName;

    public override string NameToFind(ISqlGenerationHelper sql, string table, string? schema) => table;

    public override object IdParameter(Guid id) => id.ToString("D");

    public override object TimeParameter(Instant time) => time.ToUnixTimeTicks() / TicksInMicrosecond;

    public override object DurationParameter(Duration duration) => duration.BclCompatibleTicks / TicksInMicrosecond;

    public override object TextsParameter(IEnumerable<string> texts)
    {
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartArray();
            foreach (var text in texts)
            {
                writer.WriteStringValue(text);
            }

            writer.WriteEndArray();
        }

        return System.Text.Encoding.UTF8.GetString(json.GetBuffer(), 0, (int)json.Length);
    }

    public override Guid ReadId(DbDataReader reader, int column) => Guid.Parse(reader.GetString(column));

    public override Instant ReadTime(DbDataReader reader, int column) => Instant.FromUnixTimeTicks(reader.GetInt64(column) * TicksInMicrosecond);

    public override StoreStatements StatementsFor(StoreTables tables)
    {
        const string wantedIdentities = "(select k.value as kind, v.value as value from json_each(@kinds) k join json_each(@values) v on v.key = k.key) w";
        const string profileColumns = "c.id, c.version, c.created_at, c.updated_at, c.profile";
        const string heldCheck = "tenant = @tenant and customer_id = @id and provider = @provider and is_pending and lease_id = @lease";
        const string dropOrEnd = "is_unwanted = lease_id is not null, is_pending = lease_id is not null";

        var switchesOf = (string tenant) =>
            $"(select json_group_array(json_array(w.provider, w.is_on, w.changed_at, w.changed_by)) from (select * from {tables.Switches} where tenant = {tenant} order by provider) w)";
        var isOff = (string tenant, string provider) => $"exists (select 1 from {tables.Switches} w where w.tenant = {tenant} and w.provider = {provider} and not w.is_on)";
        var isSuppressedOf = (string tenant, string id) => $"""
            exists (select 1 from {tables.Customers} o where o.tenant = {tenant} and o.id = {id} and o.is_suppressed)
            or exists (
                select 1 from {tables.Identities} i join {tables.Suppressions} s on s.tenant = i.tenant and s.kind = i.kind and s.value = i.value
                where i.tenant = {tenant} and i.customer_id = {id})
            """;
        var stored = $"""
            {profileColumns},
            (select json_group_array(json_array(k.provider, k.last_check_at, k.last_outcome, k.requested_at, k.is_pending, k.last_failure_at, k.last_failure))
             from (select * from {tables.Checks} where tenant = c.tenant and customer_id = c.id order by provider) k),
            {switchesOf("c.tenant")},
            ({isSuppressedOf("c.tenant", "c.id")})
            """;
        var isKnown = $"exists (select 1 from {tables.Customers} where tenant = @tenant and id = @id)";
        var isFree = $"not exists (select 1 from {tables.Identities} where tenant = @tenant and kind = @kind and value = @value)";
        var isMarked = $"exists (select 1 from {tables.Suppressions} where tenant = @tenant and kind = @kind and value = @value)";
        var isTaken = $"exists (select 1 from {wantedIdentities} join {tables.Identities} i on i.tenant = @tenant and i.kind = w.kind and i.value = w.value where i.customer_id <> @id)";
        var isCurrent = $"exists (select 1 from {tables.Customers} where tenant = @tenant and id = @id and version = @version - 1)";
        var canWrite = $"({isCurrent} and not {isTaken})";
        var isUnwanted = $"(k.is_unwanted or {isSuppressedOf("@tenant", "@id")} or {isOff("@tenant", "@provider")})";
        var identitiesOfCustomer = $"(select i.value ->> 0 as kind, i.value ->> 1 as value from {tables.Customers} c, json_each(c.profile, '$.{ProfileDocument.Identities}') i where c.tenant = @tenant and c.id = @id) i";

        var complete = $"""
            select {isUnwanted}, {isUnwanted} or @profile is null or {isCurrent}, c.id, c.version, c.created_at, c.updated_at, case when @profile is not null then c.profile end
            from {tables.Checks} k join {tables.Customers} c on c.tenant = k.tenant and c.id = k.customer_id
            where k.tenant = @tenant and k.customer_id = @id and k.provider = @provider and k.is_pending and k.lease_id = @lease;
            update {tables.Checks} as k
            set is_pending = 0, last_check_at = @now, last_outcome = case when {isUnwanted} then '{StoredNames.Dropped}' else @outcome end, last_failure_at = null, last_failure = null
            where {heldCheck} and ({isUnwanted} or @profile is null or {isCurrent});
            update {tables.Customers} set version = @version, updated_at = @updated_at, profile = @profile, search = @search
            where changes() > 0 and @profile is not null and tenant = @tenant and id = @id and version = @version - 1
              and exists (select 1 from {tables.Checks} where tenant = @tenant and customer_id = @id and provider = @provider and last_outcome <> '{StoredNames.Dropped}');
            """;

        return new StoreStatements
        {
            Get = $"select {stored} from {tables.Customers} c where c.tenant = @tenant and c.id = @id",

            Find = $"""
                select {stored}
                from {tables.Identities} f join {tables.Customers} c on c.tenant = f.tenant and c.id = f.customer_id
                where f.tenant = @tenant and f.kind = @kind and f.value = @value
                """,

            Receive = $"""
                insert into {tables.Conversations} (tenant, customer_id, conversation_id, told_as, told_at)
                select @tenant, f.customer_id, @conversation, @told_as, @told_at from {tables.Identities} f where f.tenant = @tenant and f.kind = @kind and f.value = @value
                on conflict do nothing;
                select {stored}, changes(), t.told_as, t.told_at
                from {tables.Identities} f
                join {tables.Customers} c on c.tenant = @tenant and c.id = f.customer_id
                left join {tables.Conversations} t on t.tenant = @tenant and t.customer_id = f.customer_id and t.conversation_id = @conversation
                where f.tenant = @tenant and f.kind = @kind and f.value = @value;
                """,

            Create = $"""
                select {isFree}, (select json_group_array(p.value) from json_each(@providers) p where not {isOff("@tenant", "p.value")} and not {isMarked}), {switchesOf("@tenant")}, {isMarked};
                insert into {tables.Customers} (tenant, id, version, created_at, updated_at, profile, search, is_suppressed)
                select @tenant, @id, @version, @created_at, @updated_at, @profile, @search, 0 where {isFree};
                insert into {tables.Conversations} (tenant, customer_id, conversation_id, told_as, told_at)
                select @tenant, @id, @conversation, @told_as, @told_at where {isFree};
                insert into {tables.Checks} (tenant, customer_id, provider, requested_at, is_pending, is_unwanted, ask_from, leased_until, available_from, attempt)
                select distinct @tenant, @id, p.value, @told_at, 1, 0, @told_at, 0, @told_at, 0 from json_each(@providers) p
                where {isFree} and not {isOff("@tenant", "p.value")} and not {isMarked};
                insert into {tables.Identities} (tenant, kind, value, customer_id) select @tenant, @kind, @value, @id where {isFree};
                """,

            Update = $"""
                select {canWrite}, c.id, c.version, c.created_at, c.updated_at, case when not {canWrite} then c.profile end, t.kind, t.value, t.customer_id
                from (select 1) one
                left join {tables.Customers} c on c.tenant = @tenant and c.id = @id
                left join (
                    select i.kind, i.value, i.customer_id
                    from {wantedIdentities} join {tables.Identities} i on i.tenant = @tenant and i.kind = w.kind and i.value = w.value
                    where i.customer_id <> @id limit 1) t on 1;
                update {tables.Checks} set {dropOrEnd}
                where tenant = @tenant and customer_id = @id and is_pending and {canWrite}
                  and exists (
                    select 1 from {wantedIdentities} join {tables.Suppressions} s on s.tenant = @tenant and s.kind = w.kind and s.value = w.value
                    where not exists (select 1 from {tables.Identities} i where i.tenant = @tenant and i.kind = w.kind and i.value = w.value));
                insert into {tables.Suppressions} (tenant, kind, value)
                select @tenant, w.kind, w.value from {wantedIdentities}
                where {canWrite}
                  and exists (select 1 from {tables.Customers} where tenant = @tenant and id = @id and is_suppressed)
                  and not exists (select 1 from {tables.Identities} i where i.tenant = @tenant and i.kind = w.kind and i.value = w.value)
                on conflict do nothing;
                delete from {tables.Identities}
                where tenant = @tenant and customer_id = @id and {canWrite}
                  and not exists (select 1 from {wantedIdentities} where w.kind = {tables.Identities}.kind and w.value = {tables.Identities}.value);
                insert into {tables.Identities} (tenant, kind, value, customer_id)
                select @tenant, w.kind, w.value, @id from {wantedIdentities}
                where {canWrite} and not exists (select 1 from {tables.Identities} i where i.tenant = @tenant and i.kind = w.kind and i.value = w.value);
                update {tables.Customers} set version = @version, updated_at = @updated_at, profile = @profile, search = @search
                where tenant = @tenant and id = @id and {canWrite};
                """,

            Request = $"""
                insert into {tables.Checks} as k (tenant, customer_id, provider, requested_at, is_pending, is_unwanted, ask_from, leased_until, available_from, attempt)
                select @tenant, @id, @provider, @now, 1, 0, @now, 0, @now, 0
                where {isKnown} and not ({isSuppressedOf("@tenant", "@id")}) and not {isOff("@tenant", "@provider")}
                  and (@last is null or exists (select 1 from {tables.Checks} o where o.tenant = @tenant and o.customer_id = @id and o.provider = @provider))
                on conflict (tenant, customer_id, provider) do update
                set requested_at = excluded.requested_at, is_pending = 1, is_unwanted = 0, ask_from = excluded.ask_from, leased_until = excluded.leased_until,
                    available_from = excluded.available_from, lease_id = null, attempt = 0
                where not k.is_pending and k.last_check_at is @last
                returning 1
                """,

            FindRequest = $"select 1 from {tables.Checks} where tenant = @tenant and customer_id = @id and provider = @provider and is_pending and requested_at = @now",

            Claim = $"""
                update {tables.Checks}
                set is_pending = not (is_unwanted or {isSuppressedOf($"{tables.Checks}.tenant", $"{tables.Checks}.customer_id")} or {isOff($"{tables.Checks}.tenant", $"{tables.Checks}.provider")}),
                    lease_id = @lease, leased_until = @clock + @lease_for, available_from = max(ask_from, @clock + @lease_for), attempt = attempt + 1
                where (tenant, customer_id, provider) = (
                    select n.tenant, n.customer_id, n.provider from {tables.Checks} n
                    where n.is_pending and n.available_from <= max(@now, @clock) and n.ask_from <= @now and n.leased_until <= @clock
                      and n.provider in (select value from json_each(@providers))
                    order by n.available_from limit 1)
                returning is_pending, provider, attempt, leased_until, tenant, customer_id,
                    (select c.version from {tables.Customers} c where c.tenant = {tables.Checks}.tenant and c.id = {tables.Checks}.customer_id),
                    (select c.created_at from {tables.Customers} c where c.tenant = {tables.Checks}.tenant and c.id = {tables.Checks}.customer_id),
                    (select c.updated_at from {tables.Customers} c where c.tenant = {tables.Checks}.tenant and c.id = {tables.Checks}.customer_id),
                    (select c.profile from {tables.Customers} c where c.tenant = {tables.Checks}.tenant and c.id = {tables.Checks}.customer_id)
                """,

            Complete = complete,

            CompleteAlone = complete,

            FindCompletion = $"""
                select last_outcome from {tables.Checks}
                where tenant = @tenant and customer_id = @id and provider = @provider and not is_pending and lease_id = @lease and last_check_at = @now
                """,

            Release = $"""
                update {tables.Checks}
                set is_pending = @ask_again is not null and not is_unwanted,
                    lease_id = null, leased_until = 0, ask_from = coalesce(@ask_again, ask_from), available_from = coalesce(@ask_again, ask_from),
                    attempt = attempt - @uncounted, last_failure_at = coalesce(@failed_at, last_failure_at), last_failure = coalesce(@failure, last_failure)
                where {heldCheck}
                """,

            Prolong = $"""
                update {tables.Checks} set leased_until = @clock + @lease_for, available_from = max(ask_from, @clock + @lease_for) where {heldCheck} returning 1
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
                select 1 where @is_on = {isOff("@tenant", "@provider")};
                insert into {tables.Switches} as w (tenant, provider, is_on, changed_at, changed_by)
                select @tenant, @provider, @is_on, @changed_at, @changed_by where @is_on = {isOff("@tenant", "@provider")}
                on conflict (tenant, provider) do update set is_on = excluded.is_on, changed_at = excluded.changed_at, changed_by = excluded.changed_by;
                update {tables.Checks} set {dropOrEnd} where changes() > 0 and not @is_on and tenant = @tenant and provider = @provider and is_pending;
                """,

            SuppressCustomer = $"""
                select 1 where {isKnown};
                update {tables.Customers} set is_suppressed = 1 where tenant = @tenant and id = @id;
                insert into {tables.Suppressions} (tenant, kind, value) select @tenant, i.kind, i.value from {identitiesOfCustomer} where true on conflict do nothing;
                update {tables.Checks} set {dropOrEnd} where tenant = @tenant and customer_id = @id and is_pending;
                """,

            LiftCustomer = $"""
                select 1 where {isKnown};
                update {tables.Customers} set is_suppressed = 0 where tenant = @tenant and id = @id;
                delete from {tables.Suppressions} where tenant = @tenant and (kind, value) in (select i.kind, i.value from {identitiesOfCustomer});
                """,

            SuppressIdentity = $"""
                insert into {tables.Suppressions} (tenant, kind, value) values (@tenant, @kind, @value) on conflict do nothing;
                update {tables.Checks} set {dropOrEnd}
                where tenant = @tenant and is_pending
                  and customer_id = (select customer_id from {tables.Identities} where tenant = @tenant and kind = @kind and value = @value);
                """,

            LiftIdentity = $"delete from {tables.Suppressions} where tenant = @tenant and kind = @kind and value = @value",

            List = (isAfter, terms) => $"""
                select {profileColumns} from {tables.Customers} c
                where c.tenant = @tenant{(isAfter ? " and c.id > @after" : "")}{string.Concat(Enumerable.Range(0, terms).Select(term => $" and instr(c.search, @term{term}) > 0"))}
                order by c.id limit @most
                """,

            FindSchema = "select 1 from sqlite_master where type = 'table' and name = @schema",

            SchemaVersion = $"select max(version) from {tables.Schema}",
        };
    }
}
