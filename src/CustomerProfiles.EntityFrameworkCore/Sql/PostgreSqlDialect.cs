using System.Collections.Immutable;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using NodaTime;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>PostgreSQL, version 12 or later. Every call of the store is one round trip.</summary>
/// <remarks>
/// <para>
/// A back end keeps its locks until it has read the end of a command, and no timeout of the server ends that when the
/// host pauses. So no lock is shared: a call locks the rows of one customer and the keys of their identities, and
/// nothing else. Locks are taken in a fixed order to prevent deadlocks: the customer, identities by their key,
/// suppressions, checks, queues of events by their key. A call waits for a lock no longer than
/// <see cref="LongestWait"/>.
/// </para>
/// <para>
/// A statement sees the database as of its beginning, not as of the moment it got its lock. So whatever must see the
/// last change of another call is compared by numbers that only grow (the version of a profile, the generation of a
/// setting and of a suppression), or is a batch of two statements in one transaction: the first locks and carries the
/// long parameters; the second sees what was committed before the lock was granted.
/// </para>
/// <para>
/// A plan must not depend on statistics, because it is kept while the tables grow. So a row that is found through
/// another row is read in a subquery with <c>offset 0</c>, which the planner does not merge, and which leaves only the
/// whole key to find it by. Where two indexes could be used, an order that only one of them has decides. A row's
/// <c>ctid</c> is used where nobody else can change the row meanwhile.
/// </para>
/// </remarks>
internal sealed class PostgreSqlDialect : StoreDialect
{
    /// <summary>
    /// How long a call waits for another call about the same customer, unless the host's connection sets another limit.
    /// </summary>
    private const string LongestWait = "5s";

    /// <summary>The same for a budget, which concerns every host.</summary>
    private const string LongestWaitForBudget = "1s";

    /// <summary>SQLSTATE: lock not available in time.</summary>
    private const string LockNotAvailable = "55P03";

    /// <summary>How many unwanted checks are ended at once. A call that requests one of them waits meanwhile.</summary>
    private const int MostEndedAtOnce = 50;

    /// <summary>
    /// Values that the first statement of a batch passes to the second. They last until the end of the transaction.
    /// </summary>
    private const string PayloadProfile = "customer_profiles.profile";

    private const string PayloadSearch = "customer_profiles.search";

    private const string PayloadChange = "customer_profiles.change";

    private const string PayloadShard = "customer_profiles.shard";

    private const string PayloadOwner = "customer_profiles.owner";

    private readonly string _clock;

    private PostgreSqlDialect(string clock) => _clock = clock;

    public static PostgreSqlDialect Instance { get; } = new("statement_timestamp()");

    public override string ProviderName => "Npgsql.EntityFrameworkCore.PostgreSQL";

    public override string DocumentType => "json";

    public override string TextType => "text";

    public override string TimeType => "timestamp with time zone";

    public override string OrdinalCollation => "C";

    /// <summary>
    /// For an empty table all indexes seem equal, and a search for an address could use the index by customer and read
    /// the whole tenant. A condition on the customer implies this one, a condition on the address does not.
    /// </summary>
    public override string IndexFilter(string column) => $"{column} is not null";

    /// <summary>
    /// Waiting for another upgrade and migrating a large table have no time limit, whatever the session has set. The
    /// lock is one on a table of this package: any role that may connect can take and keep an advisory lock. Others can
    /// read the table meanwhile.
    /// </summary>
    public override string UpgradeLock(string history) =>
        $"set local lock_timeout = 0; set local statement_timeout = 0; set local "
        + $"idle_in_transaction_session_timeout = 0; lock table {history} in share row exclusive mode";

    public override string NameToFind(StoreTables tables) => tables.Schema;

    public override string NameToFind(ISqlGenerationHelper sql, string table, string? schema) =>
        sql.DelimitIdentifier(table, schema);

    /// <summary>The same dialect with a clock that a test can move.</summary>
    internal static PostgreSqlDialect WithClock(string sql) => new(sql);

    /// <summary>Each on a line of its own, with a line feed before the first and after the last.</summary>
    public override string Prefixes(ImmutableArray<string> prefixes) => $"\n{string.Join('\n', prefixes)}\n";

    public override StoreSearch SearchFor(StoreTables tables, SearchBounds? bounds) =>
        new PostgreSqlSearch(tables, bounds ?? SearchBounds.PostgreSql);

    public override string NameOfSearchIndex(string table) => PostgreSqlSearchIndex.NameFor(table);

    public override string AdviceWithoutSearchIndex =>
        "Run \"create extension if not exists pg_trgm; create extension if not exists btree_gin;\" in this database as "
        + "a role that may, then call IProfileDatabase.UpgradeAsync (or start with UpgradeAtStart) as the owner of the "
        + "tables. A database whose lc_ctype is C cannot have this index, because pg_trgm knows ASCII letters only "
        + "there: make a new database with another locale, and move the tables there.";

    public override string SearchIndex(string table, string? schema) => PostgreSqlSearchIndex.Script(table, schema);

    public override object IdParameter(Guid id) => id;

    /// <summary>
    /// With an offset it is a timestamp with time zone in every mode of Npgsql, also with legacy timestamps.
    /// </summary>
    public override object TimeParameter(Instant time) => time.ToDateTimeOffset();

    public override object DurationParameter(Duration duration) => duration.ToTimeSpan();

    public override object TextsParameter(IEnumerable<string> texts) => texts.ToArray();

    public override Guid ReadId(DbDataReader reader, int column) => reader.GetGuid(column);

    public override Instant ReadTime(DbDataReader reader, int column) =>
        Instant.FromDateTimeOffset(reader.GetFieldValue<DateTimeOffset>(column));

    public override Task<SessionSettings> InspectAsync(
        DbContext context,
        StoreSql sql,
        bool hasTables,
        CancellationToken cancellationToken
    ) => PostgreSqlInspection.InspectAsync(context, sql, hasTables, cancellationToken);

    public override Task<string?> FindElsewhereAsync(
        StoreSession session,
        StoreTables tables,
        CancellationToken cancellationToken
    ) => PostgreSqlInspection.FindElsewhereAsync(session, tables, cancellationToken);

    public override string? AdviceOn(DbException exception) => PostgreSqlErrors.AdviceOn(exception);

    public override bool IsConnectionSpoiled(DbException exception) => PostgreSqlErrors.IsConnectionSpoiled(exception);

    public override void ClearPool(DbConnection connection) => PostgreSqlErrors.ClearPool(connection);

    /// <summary>SQLSTATE: foreign key violation.</summary>
    public override bool IsCustomerGone(DbException exception) => exception.SqlState == "23503";

    public override bool IsLockTimeout(DbException exception) => exception.SqlState == LockNotAvailable;

    /// <summary>Classes 22, data exception, and 23, integrity constraint violation.</summary>
    public override bool IsDataError(DbException exception) => exception.SqlState is ['2', '2' or '3', _, _, _];

    public override StoreStatements StatementsFor(StoreTables tables, bool keepsMatchKeys)
    {
        const string wantedIdentities = "unnest(@kinds, @values) w (kind, value)";
        const string searchColumns = """
            d (name text, company text, has_photo boolean, text text, prefixes text, properties text)
            """;
        const string profileColumns = "c.id, c.version, c.created_at, c.updated_at, c.profile";
        const string change = "cast(@change as text)";
        const string noLease = "timestamptz '1970-01-01 00:00:00+00'";

        // Not from "now", which is the clock of the requesting host; other clocks may be behind.
        const string atOnce = noLease;
        const string heldCheck =
            "k.tenant = @tenant and k.customer_id = @id and k.provider = @provider and k.is_pending and "
            + "k.lease_id = @lease";
        const string checkColumns = """
            tenant, customer_id, provider, requested_at, is_pending, setting_generation, suppression_generation,
            not_before, leased_until, available_from, attempt
            """;

        const string suppress =
            ", is_suppressed = true, marked_by = null, suppression_generation = c.suppression_generation + 1";
        const string payloadChange = $"nullif(current_setting('{PayloadChange}'), '')";
        const string payloadSearch = $"cast(current_setting('{PayloadSearch}') as json)";
        var ownerOfIdentity = $"""
            (select i.customer_id from {tables.Identities} i
             where i.tenant = @tenant and i.kind = @kind and i.value = @value)
            """;

        // In each statement about a budget that may wait, and evaluated before it waits.
        const string limits = $"""
            limits as materialized (
                select case when current_setting('lock_timeout') in ('0', '{LongestWait}')
                    then set_config('lock_timeout', '{LongestWaitForBudget}', true) end)
            """;

        var duplicates = new PostgreSqlDuplicates
        {
            Tables = tables,
            KeepsMatchKeys = keepsMatchKeys,
            ProfileColumns = profileColumns,
        };

        static string Micros(string time) => $"(extract(epoch from {time}) * 1000000)::bigint";

        var settingsOf = (string tenant) =>
            $"(select json_agg(json_build_array(w.provider, w.is_enabled, {Micros("w.changed_at")}, "
            + $"w.changed_by) order by w.provider) from {tables.ProviderSettings} w where w.tenant = {tenant})";
        var isDisabled = (string tenant, string provider) =>
            $"exists (select 1 from {tables.ProviderSettings} w where w.tenant = {tenant} and w.provider = "
            + $"{provider} and not w.is_enabled)";
        var settingGeneration = (string tenant, string provider) =>
            $"coalesce((select w.generation from {tables.ProviderSettings} w where w.tenant = {tenant} and "
            + $"w.provider = {provider}), 0)";
        var isMarked = (string kind, string value) =>
            $"exists (select 1 from {tables.Suppressions} s where s.tenant = @tenant and s.kind = {kind} "
            + $"and s.value = {value} offset 0)";
        var isSuppressed = $"""
            (c.is_suppressed or exists (
                select 1 from {tables.Identities} i
                cross join lateral (
                    select 1 from {tables.Suppressions} s where s.tenant = i.tenant and s.kind = i.kind
                        and s.value = i.value offset 0) s
                where i.tenant = c.tenant and i.customer_id = c.id))
            """;

        // For a check k and its customer c. Disabling and suppressing increase the generations, so a check is wanted
        // while both are current. It may have newer ones than this statement sees: a row that was waited for is read as
        // of then, all others as of the beginning of the statement.
        var isWanted = $"""
            (k.suppression_generation >= c.suppression_generation
             and k.setting_generation >= {settingGeneration("k.tenant", "k.provider")})
            """;
        var isPending = $"k.is_pending and (k.lease_id is not null or {isWanted})";
        var hasPendingCheck = $"""
            exists (
                select 1 from {tables.Checks} k
                where k.tenant = c.tenant and k.customer_id = c.id and {isPending} offset 0)
            """;
        var stored = $"""
            {profileColumns},
            (select json_agg(json_build_array(
                k.provider, {Micros("k.last_check_at")}, k.last_outcome, {Micros("k.requested_at")},
                {isPending},
                {Micros("k.last_failure_at")}, k.last_failure) order by k.provider)
             from {tables.Checks} k where k.tenant = c.tenant and k.customer_id = c.id),
            {settingsOf("@tenant")},
            {isSuppressed}
            """;
        var isDue = $"""
            k.is_pending and k.available_from <= greatest(@now, {_clock}) and k.not_before <= @now
                and k.leased_until <= {_clock}
            and k.provider = any (@providers)
            """;

        var events = new PostgreSqlEvents { Tables = tables, Clock = _clock };

        // The customer is locked first, so that the version and the suppression are current. Whether the provider is
        // disabled is as of the beginning of the statement, before it waited.
        string Complete(bool isWithheld, OptionalWrites parts) =>
            $"""
                with held as materialized (
                    select c.id, c.version, c.created_at, c.updated_at, c.profile, {isWanted} as is_wanted,
                        @version = 0 or {Suffices(parts)} as suffices
                    from {tables.Customers} c join {tables.Checks} k on k.tenant = c.tenant and k.customer_id = c.id
                    where c.tenant = @tenant and c.id = @id and {heldCheck}
                    for no key update of c, k),
                written as (
                    update {tables.Customers} c
                    set version = case when @version > 0 then @version else c.version end,
                        updated_at = coalesce(@updated_at, c.updated_at),
                        profile = coalesce(cast(@profile as json), c.profile),
                        last_change = c.last_change + {CountOf(change)}
                        {(isWithheld ? suppress : "")}
                    from held h
                    where h.is_wanted and h.suffices and c.tenant = @tenant and c.id = @id
                      and {(isWithheld ? "(@version = 0 or h.version = @version - 1)" : "h.version = @version - 1")}
                    returning c.profile, c.last_change),
                {Remembered(parts, "written", change, "nullif(@version, 0)")}
                {WrittenEvents(parts)}
                {ChangedAfter("written", "@search is not null", "cast(@search as json)", parts)}
                {(isWithheld ? MarkedFrom("written") + "," : "")}
                ended as (
                    update {tables.Checks} k
                    set is_pending = false, last_check_at = @now, last_failure_at = null, last_failure = null,
                        last_outcome = case when h.is_wanted then @outcome else '{StoredNames.Dropped}' end
                    from held h
                    where k.tenant = @tenant and k.customer_id = @id and k.provider = @provider
                      and (not h.is_wanted or (h.suffices and (@version = 0 or h.version = @version - 1)))
                    returning 1)
                select not h.is_wanted, exists (select 1 from ended), h.id, h.version, h.created_at, h.updated_at,
                       case when not exists (select 1 from ended) then h.profile end
                from held h
                """;

        // Whether these parts write everything: without the part for properties, those that were written before would
        // stay. Whoever writes properties raises the version of the profile, which is compared with the row locked.
        string Suffices(OptionalWrites parts) =>
            parts.HasFlag(OptionalWrites.Properties)
                ? "true"
                : $"""
                    (select s.properties = '[]' from {tables.Search} s
                     where s.tenant = @tenant and s.customer_id = @id)
                    """;

        string Remembered(OptionalWrites parts, string written, string change, string version) =>
            parts.HasFlag(OptionalWrites.Change) ? $"{RememberedAfter(written, change, version)}," : "";

        string WrittenEvents(OptionalWrites parts) =>
            parts.HasFlag(OptionalWrites.Event) ? $"{events.WrittenAfter("written")}," : "";

        static string CountOf(string change) => $"case when {change} is null then 0 else 1 end";

        // The customer's row is locked when it is written, so no two changes have one number.
        string RememberedAfter(
            string written,
            string change,
            string version,
            string id = "@id",
            string most = "@most"
        ) =>
            $"""
                remembered as (
                    insert into {tables.History} (tenant, customer_id, number, version, change)
                    select @tenant, {id}, w.last_change, {version}, {change} from {written} w
                    where {change} is not null),
                outdated as (
                    delete from {tables.History} h
                    using {written} w cross join lateral (
                        select o.ctid as place from {tables.History} o
                        where o.tenant = @tenant and o.customer_id = {id} and o.number <= w.last_change - {most}
                        offset 0) o
                    where h.ctid = o.place and {change} is not null)
                """;

        var propertiesOf = $"""
            dropped as (
                    delete from {tables.Properties} p
                    using found_by f cross join lateral (
                        select o.ctid as place, o.key from {tables.Properties} o
                        where o.tenant = @tenant and o.customer_id >= @id and o.customer_id <= @id
                            order by o.customer_id, o.key offset 0) o
                    where p.ctid = o.place and not exists (
                        select 1 from json_array_elements(cast(f.properties as json)) e where e ->> 0 = o.key)),
                known as (
                    insert into {tables.Properties} as p (tenant, customer_id, key, value)
                    select @tenant, @id, e ->> 0, e ->> 1
                    from found_by f cross join json_array_elements(cast(f.properties as json)) e
                    on conflict (tenant, customer_id, key) do update set value = excluded.value
                    where p.value <> excluded.value),
            """;

        // When the profile was written: the time always, what it is found by where that changed. The rows are locked
        // after those of the customer, whom every writer of them holds.
        string ChangedAfter(string written, string condition, string document, OptionalWrites parts) =>
            $"""
                active as (
                    update {tables.Activity} a set changed_at = @updated_at from {written}
                    where a.tenant = @tenant and a.customer_id = @id and {condition}),
                found_by as (
                    update {tables.Search} s
                    set name = d.name, company = d.company, has_photo = d.has_photo, text = d.text,
                        prefixes = d.prefixes, properties = d.properties
                    from {written} cross join json_to_record({document}) {searchColumns}
                    where s.tenant = @tenant and s.customer_id = @id and {condition}
                      and (s.name, s.company, s.has_photo, s.text, s.prefixes, s.properties)
                        is distinct from (d.name, d.company, d.has_photo, d.text, d.prefixes, d.properties)
                    returning s.properties),
                {(parts.HasFlag(OptionalWrites.Properties) ? propertiesOf : "")}
                {duplicates.After(written, condition, document)}
                """;

        string MarkedFrom(string customer) =>
            $"""
                marked as (
                    insert into {tables.Suppressions} as s (tenant, kind, value)
                    select @tenant, i ->> 0, i ->> 1 from {customer} c
                        cross join json_array_elements(c.profile -> '{ProfileDocument.Identities}') i
                    order by 2, 3
                    on conflict (tenant, kind, value) do update set merge_id = null where s.merge_id is not null)
                """;

        var intake = new PostgreSqlIntake
        {
            Tables = tables,
            LongestWait = LongestWait,
            Stored = stored,
            CheckColumns = checkColumns,
            SearchColumns = searchColumns,
            NoLease = noLease,
            Clock = _clock,
            Settings = settingsOf("@tenant"),
            SettingGeneration = provider => settingGeneration("@tenant", provider),
            IsDisabled = provider => isDisabled("@tenant", provider),
            IsMarked = isMarked,
            WrittenEvents = events.Written,
            Duplicates = duplicates,
        };

        var merging = new PostgreSqlMerging
        {
            Tables = tables,
            ProfileColumns = profileColumns,
            SearchColumns = searchColumns,
            IsWanted = isWanted,
            IsSuppressed = isSuppressed,
            NoLease = noLease,
            Clock = _clock,
            Micros = Micros,
            Remembered = RememberedAfter,
            Changed = (written, condition, document) => ChangedAfter(written, condition, document, OptionalWrites.All),
            WrittenEvents = events.Written,
            Duplicates = duplicates,
        };

        var changes = (string of) =>
            $"""
                (select json_agg(json_build_array(h.number, h.version, h.change) order by h.number desc)
                 from {tables.History} h where h.tenant = @tenant and h.customer_id = {of})
                """;
        var absorbed = $"""
            (select json_agg(json_build_array(a.id, a.version, {Micros("a.created_at")}, {Micros("a.updated_at")},
                a.profile::text, a.merged_by, {changes("a.id")}::text))
             from (
                select o.* from {tables.Customers} o
                where o.tenant = @tenant and o.merged_into >= @id and o.merged_into <= @id
                order by o.merged_into offset 0) a)
            """;

        var forgetting = new PostgreSqlForgetting
        {
            Tables = tables,
            IsSuppressed = isSuppressed,
            HasPendingCheck = hasPendingCheck,
            Micros = Micros,
            WrittenEvents = events.Written,
        };

        return new StoreStatements
        {
            Get = $"""
                select {stored} from {tables.Customers} c
                where c.tenant = @tenant and c.id = @id and c.merged_into is null
                """,

            Find = $"""
                select {stored}
                from {tables.Identities} f
                cross join lateral (select c.* from {tables.Customers} c where c.tenant = f.tenant
                    and c.id = f.customer_id offset 0) c
                where f.tenant = @tenant and f.kind = @kind and f.value = @value
                """,

            GetProfile = $"""
                select {profileColumns} from {tables.Customers} c
                where c.tenant = @tenant and c.id = @id and c.merged_into is null
                """,

            FindProfile = $"""
                select {profileColumns}
                from {tables.Identities} f
                cross join lateral (select c.* from {tables.Customers} c where c.tenant = f.tenant
                    and c.id = f.customer_id offset 0) c
                where f.tenant = @tenant and f.kind = @kind and f.value = @value
                """,

            FindAll = $"""
                select {profileColumns}
                from (
                    select distinct i.customer_id
                    from unnest(@identities) w (identity)
                    cross join lateral (
                        select i.customer_id from {tables.Identities} i where i.tenant = @tenant
                            and i.kind = split_part(w.identity, ':', 1)
                            and i.value = substr(w.identity, strpos(w.identity, ':') + 1) offset 0) i) o
                cross join lateral (select c.* from {tables.Customers} c where c.tenant = @tenant
                    and c.id = o.customer_id offset 0) c
                """,

            RecordConversation = intake.RecordConversation,

            Create = new(parts => intake.Creation(isGathered: false, parts)),

            Add = intake.Addition,

            Gathered = intake.Gathered,

            Merging = merging.Statements,

            Forgetting = forgetting.Statements,

            Events = events.Statements,
            Duplicates = duplicates.Statements,

            // A change of identities raises the version. An unchanged version therefore means unchanged identities.
            // What is removed is read as of the beginning of the statement, before it may have waited: a match key that
            // is written later at that moment, and a change beyond the bound of the history, are removed by the next
            // edit.
            UpdateValues = new(parts =>
                $"""
                    with written as (
                        update {tables.Customers} c
                        set version = @version, updated_at = @updated_at, profile = cast(@profile as json),
                            last_change = c.last_change + {CountOf(change)}
                        where c.tenant = @tenant and c.id = @id and c.version = @version - 1 and c.merged_into is null
                          and {Suffices(parts)}
                          and (select count(*) from {tables.Identities} i
                               where i.tenant = @tenant and i.customer_id = @id) = cardinality(@values)
                          and not exists (
                            select 1 from {wantedIdentities} where not exists (
                                select 1 from (
                                    select i.customer_id from {tables.Identities} i
                                    where i.tenant = @tenant and i.kind = w.kind and i.value = w.value offset 0) i
                                where i.customer_id = @id))
                        returning c.last_change),
                    {Remembered(parts, "written", change, "@version")}
                    {WrittenEvents(parts)}
                    {ChangedAfter("written", "true", "cast(@search as json)", parts)}
                    done as (select 1)
                    select 1 from written
                    """
            ),

            // After the long parameters have arrived, the customer is locked, and the new identities are gained one
            // after the other in a fixed order. Then either everything is written, or those identities are released
            // again. Nobody else sees that, because the batch is one transaction.
            Update = $"""
                with held as materialized (
                    select c.id from {tables.Customers} c
                    where c.tenant = @tenant and c.id = @id and c.version = @version - 1 and c.merged_into is null
                    for no key update of c),
                reserved as (
                    insert into {tables.Identities} (tenant, kind, value, customer_id)
                    select @tenant, w.kind, w.value, h.id from held h cross join {wantedIdentities}
                    where not exists (select 1 from {tables.Identities} i where i.tenant = @tenant and i.kind = w.kind
                        and i.value = w.value offset 0)
                      and not exists (
                        select 1 from {wantedIdentities} cross join lateral (
                            select i.customer_id from {tables.Identities} i
                            where i.tenant = @tenant and i.kind = w.kind and i.value = w.value offset 0) i
                        where i.customer_id <> @id)
                    order by w.kind, w.value
                    on conflict do nothing)
                select length(set_config('{PayloadProfile}', coalesce((select @profile from held), ''), true))
                    + length(set_config('{PayloadSearch}', @search, true))
                    + length(set_config('{PayloadChange}', coalesce(@change, ''), true)) as {StoreStatements.Lock};
                with present as materialized (
                    select c.version = @version - 1 as stands, c.is_suppressed,
                        c.profile -> '{ProfileDocument.Identities}' as identities
                    from {tables.Customers} c
                    where c.tenant = @tenant and c.id = @id and c.merged_into is null),
                taken as materialized (
                    select i.kind, i.value, i.customer_id
                    from {wantedIdentities} cross join lateral (
                        select i.kind, i.value, i.customer_id from {tables.Identities} i
                        where i.tenant = @tenant and i.kind = w.kind and i.value = w.value offset 0) i
                    where i.customer_id <> @id limit 1),
                fits as materialized (
                    select p.is_suppressed, p.identities from present p
                    where p.stands and current_setting('{PayloadProfile}') <> '' and not exists (
                        select 1 from {wantedIdentities} where not exists (
                            select 1 from (
                                select i.customer_id from {tables.Identities} i
                                where i.tenant = @tenant and i.kind = w.kind and i.value = w.value offset 0) i
                            where i.customer_id = @id))),
                gained as materialized (
                    select w.kind, w.value, f.is_suppressed from fits f cross join {wantedIdentities}
                    where not exists (select 1 from json_array_elements(f.identities) e where e ->> 0 = w.kind
                        and e ->> 1 = w.value)),
                marked as (
                    insert into {tables.Suppressions} (tenant, kind, value)
                    select @tenant, g.kind, g.value from gained g where g.is_suppressed order by g.kind, g.value
                    on conflict do nothing),
                written as (
                    update {tables.Customers} c
                    set version = @version, updated_at = @updated_at,
                        profile = cast(current_setting('{PayloadProfile}') as json),
                        suppression_generation = c.suppression_generation
                            + case when exists (select 1 from gained g where {isMarked(
                    "g.kind",
                    "g.value"
                )}) then 1 else 0 end,
                        last_change = c.last_change + {CountOf(payloadChange)}
                    from fits f
                    where c.tenant = @tenant and c.id = @id
                    returning c.last_change),
                {RememberedAfter("written", payloadChange, "@version")},
                {events.WrittenAfter("written")},
                {ChangedAfter("written", "true", payloadSearch, OptionalWrites.All)}
                freed as (
                    delete from {tables.Identities} i
                    using present p cross join lateral (
                        select o.ctid as place, o.kind, o.value from {tables.Identities} o
                        where o.tenant = @tenant and o.customer_id >= @id and o.customer_id <= @id
                            order by o.customer_id offset 0) o
                    where i.ctid = o.place
                      and not case when exists (select 1 from fits)
                        then exists (select 1 from {wantedIdentities} where w.kind = o.kind and w.value = o.value)
                        else exists (select 1 from json_array_elements(p.identities) e where e ->> 0 = o.kind
                            and e ->> 1 = o.value) end)
                select exists (select 1 from written), c.id, c.version, c.created_at, c.updated_at,
                       case when not exists (select 1 from written) then c.profile end, t.kind, t.value, t.customer_id
                from (values (1)) one
                    left join {tables.Customers} c on c.tenant = @tenant and c.id = @id and c.merged_into is null
                    left join taken t on true
                """,

            // A check that another call has just requested may be newer than what this statement sees, so it is
            // replaced only when it is older. The lock is the one that the foreign key takes anyway. Taken here, it
            // shows whether the customer was absorbed meanwhile.
            Request = $"""
                insert into {tables.Checks} as k ({checkColumns})
                select c.tenant, c.id, @provider, @now, true, {settingGeneration(
                    "@tenant",
                    "@provider"
                )}, c.suppression_generation,
                    {atOnce}, {noLease}, least(cast(@now as timestamptz), {_clock}), 0
                from {tables.Customers} c
                where c.tenant = @tenant and c.id = @id and c.merged_into is null and not {isSuppressed}
                  and not {isDisabled("@tenant", "@provider")}
                  and (cast(@last as timestamptz) is null
                       or exists (select 1 from {tables.Checks} o where o.tenant = @tenant and o.customer_id = @id
                           and o.provider = @provider))
                for key share of c
                on conflict (tenant, customer_id, provider) do update
                set requested_at = excluded.requested_at, is_pending = true,
                    setting_generation = excluded.setting_generation,
                    suppression_generation = excluded.suppression_generation,
                    not_before = excluded.not_before, leased_until = excluded.leased_until,
                    available_from = excluded.available_from, lease_id = null, attempt = 0
                where k.last_check_at is not distinct from cast(@last as timestamptz)
                  and (not k.is_pending
                       or (k.lease_id is null and (k.setting_generation < excluded.setting_generation
                           or k.suppression_generation < excluded.suppression_generation)))
                returning 1
                """,

            FindRequest =
                $"select 1 from {tables.Checks} k where k.tenant = @tenant and k.customer_id = @id and "
                + $"k.provider = @provider and k.is_pending and k.requested_at = @now",

            // A check that another host is just claiming is skipped, not waited for.
            Claim = $"""
                with next as (
                    select k.tenant, k.customer_id, k.provider from {tables.Checks} k
                    where {isDue}
                    order by k.available_from
                    limit 1 for update skip locked)
                update {tables.Checks} k
                set is_pending = {isWanted},
                    lease_id = @lease, leased_until = {_clock} + @lease_for, attempt = k.attempt + 1,
                    available_from = greatest(k.not_before, {_clock} + @lease_for)
                from next n
                cross join lateral (
                    select c.* from {tables.Customers} c where c.tenant = n.tenant and c.id = n.customer_id offset 0) c
                where k.tenant = n.tenant and k.customer_id = n.customer_id and k.provider = n.provider
                returning k.is_pending, k.provider, k.attempt, k.leased_until, k.tenant, {profileColumns}
                """,

            // Only checks that are ended are locked, so that other hosts skip no wanted check.
            EndUnwanted = $"""
                with first as materialized (
                    select k.tenant, k.customer_id, k.provider from {tables.Checks} k
                    where {isDue}
                    order by k.available_from
                    limit {MostEndedAtOnce}),
                over as materialized (
                    select k.tenant, k.customer_id, k.provider
                    from first f
                    cross join lateral (
                        select c.suppression_generation from {tables.Customers} c
                        where c.tenant = f.tenant and c.id = f.customer_id offset 0) c
                    cross join lateral (
                        select k.tenant, k.customer_id, k.provider from {tables.Checks} k
                        where k.tenant = f.tenant and k.customer_id = f.customer_id and k.provider = f.provider
                          and case when k.is_pending then k.leased_until <= {_clock} and not {isWanted} else false end
                        offset 0 for no key update skip locked) k)
                update {tables.Checks} k set is_pending = false from over o
                where k.tenant = o.tenant and k.customer_id = o.customer_id and k.provider = o.provider
                """,

            Complete = new(parts => Complete(isWithheld: false, parts)),

            CompleteWithheld = new(parts => Complete(isWithheld: true, parts)),

            FindCompletion = $"""
                select k.last_outcome from {tables.Checks} k
                where k.tenant = @tenant and k.customer_id = @id and k.provider = @provider and not k.is_pending
                    and k.lease_id = @lease and k.last_check_at = @now
                """,

            Release = $"""
                update {tables.Checks} k
                set is_pending = cast(@retry_at as timestamptz) is not null and {isWanted},
                    lease_id = null, leased_until = {noLease}, not_before = coalesce(@retry_at, k.not_before),
                    available_from = coalesce(@retry_at, k.not_before),
                    attempt = k.attempt - @uncounted, last_failure_at = coalesce(@failed_at, k.last_failure_at),
                    last_failure = coalesce(@failure, k.last_failure)
                from {tables.Customers} c
                where {heldCheck} and c.tenant = @tenant and c.id = @id
                """,

            RenewLease = $"""
                update {tables.Checks} k
                set leased_until = {_clock} + @lease_for, available_from = greatest(k.not_before, {_clock} + @lease_for)
                where {heldCheck}
                returning 1
                """,

            // Unwanted checks without a lease do not count. Few customers were ever suppressed, so those are read
            // separately.
            CountPending = $"""
                select k.provider, count(*)
                from {tables.Checks} k
                left join lateral (
                    select c.suppression_generation from {tables.Customers} c
                    where c.tenant = k.tenant and c.id = k.customer_id
                        and c.suppression_generation > 0 offset 0) c on true
                where k.is_pending
                  and (k.lease_id is not null
                       or (k.setting_generation >= {settingGeneration("k.tenant", "k.provider")}
                           and k.suppression_generation >= coalesce(c.suppression_generation, 0)))
                group by k.provider
                """,

            // Counts on a counter that is not locked. Concurrent calls are not visible; at most one per counter can
            // exist. If all counters are locked, another one is created. A counter that another call is creating is not
            // visible, so each takes any number.
            ReserveBudget = $"""
                with {limits},
                free as materialized (
                    select s.shard from {tables.BudgetUsage} s
                    where s.provider = @provider and s.period = @period and s.shard > 0
                    limit 1 for no key update skip locked),
                counted as (
                    update {tables.BudgetUsage} s set used = s.used + 1 from free f
                    where s.provider = @provider and s.period = @period and s.shard = f.shard
                    returning s.shard),
                made as (
                    insert into {tables.BudgetUsage} (provider, period, shard, used)
                    select @provider, @period, m.shard, 1 from limits cross join (
                        select n as shard from generate_series(1, {BudgetShards}) n
                        where not exists (select 1 from free) and not exists (
                            select 1 from {tables.BudgetUsage} o
                            where o.provider = @provider and o.period = @period and o.shard = n)
                        order by random() limit 1) m
                    on conflict do nothing
                    returning shard)
                select set_config('{PayloadShard}',
                    coalesce((select shard::text from counted), (select shard::text from made), ''), true)
                    as {StoreStatements.Lock};
                with total as materialized (
                    select nullif(current_setting('{PayloadShard}'), '')::int as shard,
                        sum(s.used) + {BudgetShards} > @most as is_near
                    from {tables.BudgetUsage} s where s.provider = @provider and s.period = @period),
                undone as (
                    update {tables.BudgetUsage} s set used = s.used - 1 from total t
                    where s.provider = @provider and s.period = @period and s.shard = t.shard and t.is_near)
                select 1 from total t where t.shard is not null and not t.is_near
                """,

            // Near the limit the count is exact: one call after the other, on the assumption that concurrent calls
            // succeed. All counters are created first, so that none is created unseen meanwhile.
            ReserveLastBudget = $"""
                with {limits},
                ready as (
                    insert into {tables.BudgetUsage} as s (provider, period, shard, used)
                        select @provider, @period, 0, 0 from limits where @most > 0
                    on conflict (provider, period, shard) do update set used = s.used
                    returning 1)
                insert into {tables.BudgetUsage} (provider, period, shard, used)
                select @provider, @period, n, 0 from ready
                    cross join generate_series(1, case when @most > {SmallBudget} then {BudgetShards} else 0 end) n
                on conflict do nothing;
                with free as materialized (
                    select s.shard from {tables.BudgetUsage} s where s.provider = @provider and s.period = @period
                        and s.shard > 0
                    for no key update skip locked)
                select set_config('{PayloadShard}', (count(*) - (select count(*) from free))::text, true)
                    as {StoreStatements.Lock}
                from {tables.BudgetUsage} s where s.provider = @provider and s.period = @period and s.shard > 0;
                update {tables.BudgetUsage} s set used = s.used + 1
                where s.provider = @provider and s.period = @period and s.shard = 0
                  and (select sum(o.used) from {tables.BudgetUsage} o where o.provider = @provider
                      and o.period = @period)
                      + cast(current_setting('{PayloadShard}') as bigint) < @most
                returning 1
                """,

            // If all counters with usage are locked, wait for one of them.
            Refund = $"""
                with {limits},
                free as materialized (
                    select s.shard from {tables.BudgetUsage} s
                    where s.provider = @provider and s.period = @period and s.shard > 0 and s.used > 0
                    limit 1 for no key update skip locked)
                update {tables.BudgetUsage} s set used = s.used - 1 from limits
                where s.provider = @provider and s.period = @period and s.used > 0 and s.shard = coalesce(
                    (select f.shard from free f),
                    (select o.shard from {tables.BudgetUsage} o
                     where o.provider = @provider and o.period = @period and o.used > 0
                     order by o.shard limit 1),
                    0)
                """,

            ProviderSettings = $"select {settingsOf("@tenant")}",

            GetHistory = $"""
                select {profileColumns}, {changes("@id")}, {absorbed}
                from {tables.Customers} c where c.tenant = @tenant and c.id = @id and c.merged_into is null
                """,

            IsSuppressed = $"select {isMarked("@kind", "@value")}",

            GetRecord = $"""
                select {stored}, c.is_suppressed, (
                    select json_agg(json_build_array(m.kind, m.value)) from (
                        select i.kind, i.value from {tables.Identities} i
                        cross join lateral (
                            select 1 from {tables.Suppressions} s where s.tenant = @tenant and s.kind = i.kind
                                and s.value = i.value offset 0) s
                        where i.tenant = @tenant and i.customer_id = @id) m), (
                    select json_agg(json_build_array(t.conversation_id, t.direction, {Micros("t.occurred_at")})
                        order by t.occurred_at, t.conversation_id)
                    from {PostgreSqlMerging.WithAbsorbed(tables, "@id")} o
                    cross join lateral (
                        select t.conversation_id, t.direction, t.occurred_at from {tables.Conversations} t
                        where t.tenant = @tenant and t.customer_id = o.id offset 0) t),
                    {changes("@id")}, {absorbed}, (
                    select json_agg(json_build_array(m.id, m.from_id, m.into_id, {Micros("m.merged_at")}, m.merged_by)
                        order by m.merged_at desc, m.id desc)
                    from {PostgreSqlMerging.WithAbsorbed(tables, "@id")} o
                    cross join lateral (
                        select m.* from {tables.Merges} m
                        where m.tenant = @tenant and m.into_id >= o.id and m.into_id <= o.id
                        order by m.into_id offset 0) m
                    where m.undone_at is null)
                from {tables.Customers} c where c.tenant = @tenant and c.id = @id and c.merged_into is null
                """,

            // The customer is locked first, as by every other writer of their history.
            ReplaceChanges = $"""
                with held as materialized (
                    select c.id from {tables.Customers} c
                    where c.tenant = @tenant and c.id = @id
                    for no key update of c),
                found as materialized (
                    select h.place, r.replacement
                    from held cross join unnest(cast(@numbers as bigint[]), @read, @replacements)
                        r (number, read, replacement)
                    cross join lateral (
                        select h.ctid as place, h.change from {tables.History} h
                        where h.tenant = @tenant and h.customer_id = @id and h.number = r.number offset 0) h
                    where h.change = r.read)
                update {tables.History} h set change = f.replacement from found f where h.ctid = f.place
                returning 1
                """,

            // Disabling and suppressing do not write to checks: earlier requests have another generation.
            SetProviderSetting = $"""
                insert into {tables.ProviderSettings} as w
                    (tenant, provider, is_enabled, changed_at, changed_by, generation)
                select @tenant, @provider, @is_enabled, @changed_at, @changed_by, 1
                where not @is_enabled or exists (select 1 from {tables.ProviderSettings} o where o.tenant = @tenant
                    and o.provider = @provider)
                on conflict (tenant, provider) do update
                set is_enabled = excluded.is_enabled, changed_at = excluded.changed_at,
                    changed_by = excluded.changed_by,
                    generation = w.generation + 1
                where w.is_enabled <> excluded.is_enabled
                returning 1
                """,

            Properties = $"select version, definitions from {tables.PropertyDefinitions} where tenant = @tenant",

            // Only the first version is inserted; it meets a row when another host has written it.
            SaveProperties = $"""
                insert into {tables.PropertyDefinitions} as d (tenant, version, definitions)
                select @tenant, @version, @definitions
                where @version = 1
                   or exists (select 1 from {tables.PropertyDefinitions} o where o.tenant = @tenant)
                on conflict (tenant) do update
                set version = excluded.version, definitions = excluded.definitions
                where d.version = excluded.version - 1
                returning 1
                """,

            SuppressCustomer = $"""
                with before as materialized (
                    select not c.is_suppressed as is_changed, case when not c.is_suppressed then {change} end as change
                    from {tables.Customers} c
                    where c.tenant = @tenant and c.id = @id and c.merged_into is null
                    for no key update of c),
                suppressed as (
                    update {tables.Customers} c set last_change = c.last_change + {CountOf("b.change")}
                        {suppress}
                    from before b
                    where c.tenant = @tenant and c.id = @id
                    returning c.profile, c.last_change),
                {RememberedAfter("suppressed", "(select b.change from before b)", "cast(null as bigint)")},
                {events.WrittenAfter("before b where b.is_changed")},
                {MarkedFrom("suppressed")}
                select b.is_changed from suppressed cross join before b
                """,

            // Locked first, so that suppressions that another call was just writing are visible.
            UnsuppressCustomer = $"""
                with held as materialized (
                    select c.id from {tables.Customers} c
                    where c.tenant = @tenant and c.id = @id and c.merged_into is null
                    for no key update of c)
                select h.id as {StoreStatements.Lock} from held h;
                with gone as (
                    delete from {tables.Suppressions} s
                    using {tables.Customers} c
                    cross join json_array_elements(c.profile -> '{ProfileDocument.Identities}') i
                    cross join lateral (
                        select f.ctid as place from {tables.Suppressions} f
                        where f.tenant = @tenant and f.kind = i ->> 0 and f.value = i ->> 1 offset 0) f
                    where c.tenant = @tenant and c.id = @id and c.merged_into is null and s.ctid = f.place
                    returning 1),
                before as materialized (
                    select b.is_changed, case when b.is_changed then {change} end as change
                    from (
                        select c.is_suppressed or exists (select 1 from gone) as is_changed from {tables.Customers} c
                        where c.tenant = @tenant and c.id = @id and c.merged_into is null offset 0) b),
                unsuppressed as (
                    update {tables.Customers} c set is_suppressed = false, marked_by = null,
                        last_change = c.last_change + {CountOf("b.change")}
                    from before b
                    where c.tenant = @tenant and c.id = @id
                    returning c.last_change),
                {RememberedAfter("unsuppressed", "(select b.change from before b)", "cast(null as bigint)")},
                {events.WrittenAfter("before b where b.is_changed")}
                select b.is_changed from unsuppressed cross join before b
                """,

            // The owner is locked, so that a result about them is either written before or dropped. Then the key of the
            // identity is locked, with or without an owner, so that nobody gains it unseen. If it has another owner by
            // then, nothing is written, and the next statement locks that one first.
            SuppressIdentity = $"""
                with owner as materialized (
                    select c.id from {tables.Customers} c where c.tenant = @tenant and c.id = {ownerOfIdentity}
                    for no key update of c)
                insert into {tables.Identities} as i (tenant, kind, value) select @tenant, @kind, @value
                    from (select set_config('{PayloadOwner}',
                        coalesce((select o.id::text from owner o), ''), true)) o
                on conflict (tenant, kind, value) do update set customer_id = i.customer_id where false;
                with held as materialized (
                    select o.id from (select {ownerOfIdentity} as id) o
                    where coalesce(o.id::text, '') = current_setting('{PayloadOwner}')),
                marked as (
                    insert into {tables.Suppressions} as s (tenant, kind, value)
                    select @tenant, @kind, @value from held
                    on conflict (tenant, kind, value) do update set merge_id = null where s.merge_id is not null),
                freed as (
                    delete from {tables.Identities} where tenant = @tenant and kind = @kind and value = @value
                        and customer_id is null),
                suppressed as (
                    update {tables.Customers} c set suppression_generation = c.suppression_generation + 1
                    where c.tenant = @tenant and c.id = (select h.id from held h))
                select 1 from held
                """,

            UnsuppressIdentity = $"""
                delete from {tables.Suppressions} s where s.tenant = @tenant and s.kind = @kind and s.value = @value
                """,

            // As a plain condition, the planner would expect nearly everybody to be absorbed while it has no
            // statistics, and sort the tenant.
            List = Kept(isAfter =>
                $"""
                    select {profileColumns} from {tables.Customers} c
                    where c.tenant = @tenant{(isAfter ? " and c.id > @after" : "")}
                      and num_nulls(c.merged_into) <> 0
                    order by c.id limit @most
                    """
            ),

            // Nobody changes a record, so its place is enough to remove it by. One that comes meanwhile is not seen.
            // Customer by customer in the order of their ids, as the nested loop reads, and no further than the limit:
            // sorting would read the records of all of them first.
            RemoveConversations = $"""
                with looked_at as materialized (
                    select c.id from {tables.Customers} c where c.tenant = @tenant and c.id >= @from
                    order by c.id limit @most + 1),
                old as materialized (
                    select s.id, t.place from looked_at s
                    cross join lateral (
                        select r.place, r.occurred_at,
                            row_number() over (order by r.occurred_at desc, r.conversation_id desc) as age
                        from (
                            select t.ctid as place, t.occurred_at, t.conversation_id from {tables.Conversations} t
                            where t.tenant = @tenant and t.customer_id = s.id offset 0) r) t
                    where t.age > 1 and t.occurred_at < @before
                    limit @most),
                removed as (
                    delete from {tables.Conversations} t using old o where t.ctid = o.place returning 1)
                select (select count(*) from removed),
                    case when (select count(*) from old) = @most
                        then (select o.id from old o order by o.id desc limit 1)
                        else (select s.id from looked_at s order by s.id offset @most limit 1) end
                """,

            // The condition as in List.
            GetRetained = $"""
                select {profileColumns}, {isSuppressed}, {hasPendingCheck}, nullif(a.conversation_at, {noLease})
                from {tables.Customers} c
                left join lateral (
                    select a.conversation_at from {tables.Activity} a
                    where a.tenant = @tenant and a.customer_id = c.id offset 0) a on true
                where c.tenant = @tenant and c.id > @after and num_nulls(c.merged_into) <> 0
                order by c.id limit @most
                """,

            FindSchema = "select 1 where to_regclass(@schema) is not null",

            FindTable = "select 1 where to_regclass(@table) is not null",

            SchemaVersion = $"select max(version) from {tables.Schema}",
        };
    }
}
