using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using NodaTime;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// SQLite, version 3.39 or later. It has one writer at a time and no statement that writes to several tables. So a call
/// that does is a transaction that holds the write lock from its beginning: a batch whose statements all use the
/// conditions that it evaluates first, or several commands, of which the host chooses those that the change needs.
/// SQLite runs in the host's process, so its clock is the host's.
/// </summary>
/// <remarks>
/// No plan depends on statistics. A file has none until somebody runs <c>analyze</c>, and they are never updated: in a
/// file with one customer they say for ever that reading a table is faster than an index. A row with a known key is
/// read by a scalar query of one table, for which SQLite always uses the unique index. For several rows the statement
/// names the index. Few tables are joined, and those by key in the order in which they are written; and <c>exists</c>
/// is written as a scalar query, which SQLite cannot turn into a join: the planner chooses the order of a join, and may
/// even add a Bloom filter to a <c>cross join</c>, for which it reads the whole table.
/// </remarks>
internal sealed class SqliteDialect : StoreDialect
{
    private const long TicksInMicrosecond = NodaConstants.TicksPerSecond / 1_000_000;

    private const string CannotBeWritten =
        "it cannot be written. Check the permissions of the file and of its folder, in which SQLite creates "
        + "two more files, "
        + "and whether the disk is mounted for reading only. Set Mode=ReadOnly for a host that only reads.";

    /// <summary>How many unwanted checks are ended at once, while other writers wait.</summary>
    private const int MostEndedAtOnce = 1_000;

    private SqliteDialect() { }

    public static SqliteDialect Instance { get; } = new();

    public override string ProviderName => "Microsoft.EntityFrameworkCore.Sqlite";

    public override string DocumentType => "TEXT";

    public override string TextType => "TEXT";

    public override string OrdinalCollation => "BINARY";

    /// <summary>Lower-case text, as the library shows an id. It sorts like the bytes of the UUID.</summary>
    public override ValueConverter IdConverter { get; } =
        new ValueConverter<Guid, string>(id => id.ToString("D"), text => Guid.Parse(text));

    /// <summary>Microseconds since 1970, which sort and compare as numbers.</summary>
    public override ValueConverter TimeConverter { get; } =
        new ValueConverter<DateTime, long>(
            time => (time.Ticks - DateTime.UnixEpoch.Ticks) / TicksInMicrosecond,
            micros => DateTime.UnixEpoch.AddTicks(micros * TicksInMicrosecond)
        );

    public override bool HasOneWriter => true;

    /// <summary>
    /// In WAL mode, which is a property of the file, readers and the writer do not block each other. Foreign keys are
    /// disabled during an upgrade: a migration changes a table by creating a new one, and dropping the old one would
    /// delete the rows that refer to it. The pragma has no effect in a transaction, so one inside a migration comes too
    /// late.
    /// </summary>
    public override string BeforeUpgrade => "pragma journal_mode = wal; pragma foreign_keys = off";

    /// <summary>Overwrites what is deleted. It lasts as long as the connection, and does nothing else.</summary>
    public override string BeforeForgetting => "pragma secure_delete = on";

    public override string AfterUpgrade => "pragma foreign_keys = on";

    public override string OrphansAfterUpgrade => "select \"table\" from pragma_foreign_key_check limit 1";

    public override string NameToFind(StoreTables tables) => tables.SchemaName;

    public override string NameToFind(ISqlGenerationHelper sql, string table, string? schema) => table;

    public override bool NumbersSearchRows => true;

    public override string Prefixes(ImmutableArray<string> prefixes) => SqliteSearch.Write(prefixes);

    public override StoreSearch SearchFor(StoreTables tables, SearchBounds? bounds) =>
        new SqliteSearch(tables, bounds ?? SearchBounds.Sqlite);

    public override string NameOfSearchIndex(string table) => SqliteSearchIndex.NameFor(table);

    public override string AdviceWithoutSearchIndex =>
        "Call migrationBuilder.AddCustomerProfilesSearch() in a migration, or IProfileDatabase.UpgradeAsync.";

    public override string SearchIndex(string table, string? schema) => SqliteSearchIndex.Script(table);

    /// <summary>
    /// As it is in the statement: without its sign, Microsoft.Data.Sqlite tries each of three signs at each execution.
    /// </summary>
    public override string ParameterName(string name) => "@" + name;

    public override bool TypesParameters => false;

    public override object IdParameter(Guid id) => id.ToString("D");

    public override object TimeParameter(Instant time) => time.ToUnixTimeTicks() / TicksInMicrosecond;

    public override object DurationParameter(Duration duration) => duration.BclCompatibleTicks / TicksInMicrosecond;

    public override object TextsParameter(IEnumerable<string> texts)
    {
        using var json = new MemoryStream();
        using (
            var writer = new Utf8JsonWriter(
                json,
                new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
            )
        )
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

    /// <summary>A file in UTF-16 has every other byte of a document's first characters 0.</summary>
    public override byte[]? ReadUtf8(DbDataReader reader, int column) =>
        reader.GetFieldValue<byte[]>(column) is var bytes && bytes is [0, ..] or [_, 0, ..] ? null : bytes;

    public override Guid ReadId(DbDataReader reader, int column) => Guid.Parse(reader.GetString(column));

    public override Instant ReadTime(DbDataReader reader, int column) =>
        Instant.FromUnixTimeTicks(reader.GetInt64(column) * TicksInMicrosecond);

    /// <summary>
    /// Whether another process holds a lock. If the type of the exception is unknown, the code is only in its text,
    /// which Microsoft.Data.Sqlite wrote.
    /// </summary>
    public static bool IsBusy(DbException exception) => HasCode(exception, 5) || HasCode(exception, 6);

    /// <summary>A constraint (19), or a value that is too long (18) or of the wrong type (20).</summary>
    public override bool IsDataError(DbException exception) =>
        HasCode(exception, 18) || HasCode(exception, 19) || HasCode(exception, 20);

    public override async Task<string?> ProblemAsync(
        DbConnection connection,
        StoreTables tables,
        CancellationToken cancellationToken
    )
    {
        var settings = new DbConnectionStringBuilder { ConnectionString = connection.ConnectionString };
        if (
            string.IsNullOrEmpty(
                await ValueAsync("select file from pragma_database_list where name = 'main'").ConfigureAwait(false)
            )
        )
        {
            return "it is in memory, and lost with its connection. Name a file, or do not use a database: "
                + "profiles are kept in memory then.";
        }

        if (Has("Cache", "Shared") || FileName().Contains("cache=shared", StringComparison.OrdinalIgnoreCase))
        {
            return "with a shared cache readers wait for the writers of their own process. "
                + "Remove Cache=Shared from the connection string.";
        }

        if (Has("Foreign Keys", "False") || await ValueAsync("pragma foreign_keys").ConfigureAwait(false) == "0")
        {
            return "foreign keys are disabled, so rows of deleted customers could remain. "
                + "Remove Foreign Keys=False from the connection string, and pragma foreign_keys from the "
                + "host's code.";
        }

        if (await ValueAsync("pragma locking_mode").ConfigureAwait(false) == "exclusive")
        {
            return "its locking mode is exclusive, so each connection excludes all others. "
                + "Remove pragma locking_mode from the host's code.";
        }

        if (await ValueAsync("pragma synchronous").ConfigureAwait(false) == "0")
        {
            return "synchronous is OFF, so a power failure can destroy the file. Set it to FULL, as it is "
                + "by default, or to "
                + "NORMAL, which can lose the last edits then but not the file.";
        }

        foreach (var (table, index) in tables.NamedIndexes)
        {
            const string Exists = "select count(*) from sqlite_master where name = @name";
            if (
                await ValueAsync(Exists, table).ConfigureAwait(false) == "1"
                && await ValueAsync(Exists, index).ConfigureAwait(false) == "0"
            )
            {
                return $"the index {index} is missing, which statements name. Create it again as the migration does.";
            }
        }

        return await JournalProblemAsync().ConfigureAwait(false)
            ?? (Has("Mode", "ReadOnly") ? null : await WriteProblemAsync().ConfigureAwait(false));

        // From the connection string of the host; the connection has only the path.
        string FileName() => Given("Data Source") ?? Given("DataSource") ?? Given("Filename") ?? connection.DataSource;

        string? Given(string key) => settings.TryGetValue(key, out var given) ? given.ToString() : null;

        bool Has(string key, string value) => string.Equals(Given(key), value, StringComparison.OrdinalIgnoreCase);

        // WAL mode is a property of the file, but whoever opens the file alone can change it.
        async Task<string?> JournalProblemAsync()
        {
            var mode = await ValueAsync("pragma journal_mode").ConfigureAwait(false);
            if (mode == "wal")
            {
                return null;
            }

            try
            {
                mode = await ValueAsync("pragma journal_mode = wal").ConfigureAwait(false);
            }
            catch (DbException exception) when (IsBusy(exception))
            {
                return $"its journal mode is {mode}, and cannot be set to WAL while others have the file open. "
                    + "Stop them, and restart this host.";
            }
            catch (DbException exception) when (IsReadOnly(exception))
            {
                return CannotBeWritten;
            }

            return mode == "wal"
                ? null
                : $"its journal mode is {mode} and cannot be set to WAL. "
                    + "The file must be on a local disk: WAL needs memory that all processes share.";
        }

        // SQLite opens a read-only file without an error, and fails at the first statement that writes.
        async Task<string?> WriteProblemAsync()
        {
            try
            {
                await ValueAsync("begin immediate", timeout: -1).ConfigureAwait(false);
                try
                {
                    await ValueAsync($"update {tables.Schema} set version = version where 1 = 0").ConfigureAwait(false);
                    return null;
                }
                finally
                {
                    await ValueAsync("rollback").ConfigureAwait(false);
                }
            }
            catch (DbException exception) when (IsBusy(exception))
            {
                // Another process writes, so the file can be written.
                return null;
            }
            catch (DbException exception) when (IsReadOnly(exception))
            {
                return CannotBeWritten;
            }
        }

        async Task<string?> ValueAsync(string sql, string? name = null, int timeout = 5)
        {
            var command = connection.CreateCommand();
            await using (command.ConfigureAwait(false))
            {
                command.CommandText = sql;
                command.CommandTimeout = timeout;
                if (name is not null)
                {
                    var parameter = command.CreateParameter();
                    (parameter.ParameterName, parameter.Value) = ("@name", name);
                    command.Parameters.Add(parameter);
                }

                var value = await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
                return Convert.ToString(value, CultureInfo.InvariantCulture);
            }
        }
    }

    public override StoreStatements StatementsFor(StoreTables tables, bool keepsMatchKeys)
    {
        const string wantedIdentities = SqliteAddition.GivenIdentities;
        const string profileColumns = "c.id, c.version, c.created_at, c.updated_at, c.profile";
        const string heldCheck =
            "tenant = @tenant and customer_id = @id and provider = @provider and is_pending and lease_id = @lease";
        const string checkColumns = """
            tenant, customer_id, provider, requested_at, is_pending, setting_generation, suppression_generation,
            not_before, leased_until, available_from, attempt
            """;

        var checksOfCustomer = $"indexed by {tables.IndexOfChecksKey}";
        var pendingChecks = $"indexed by {tables.IndexOfPendingChecks}";
        var identitiesByCustomer = $"indexed by {tables.IndexOfIdentitiesByCustomer}";
        var settingsOf = (string tenant) =>
            $"(select json_group_array(json_array(w.provider, w.is_enabled, w.changed_at, w.changed_by)) from "
            + $"(select * from {tables.ProviderSettings} where tenant = {tenant} order by provider) w)";
        var isDisabled = (string tenant, string provider) =>
            $"""
                (select 1 from {tables.ProviderSettings} w
                 where w.tenant = {tenant} and w.provider = {provider} and not w.is_enabled) is not null
                """;
        var settingGeneration = (string tenant, string provider) =>
            $"""
                coalesce((select w.generation from {tables.ProviderSettings} w where w.tenant = {tenant}
                    and w.provider = {provider}), 0)
                """;
        var suppressionGeneration = (string tenant, string id) =>
            $"""
                (select o.suppression_generation from {tables.Customers} o where o.tenant = {tenant} and o.id = {id})
                """;

        // Disabling and suppressing increase the generations, so a check is wanted while both are current.
        var isWanted = (string check) =>
            $"""
                ({check}.suppression_generation = {suppressionGeneration($"{check}.tenant", $"{check}.customer_id")}
                 and {check}.setting_generation = {settingGeneration($"{check}.tenant", $"{check}.provider")})
                """;
        var isDue = (string check) =>
            $"""
                {check}.is_pending and {check}.available_from <= max(@now, @clock) and {check}.not_before <= @now
                and {check}.leased_until <= @clock
                and (select 1 from json_each(@providers) where value = {check}.provider) is not null
                """;
        var hasSuppressedIdentity = (string tenant, string id) =>
            $"""
                exists (
                    select 1 from {tables.Identities} i {identitiesByCustomer}
                    where i.tenant = {tenant} and i.customer_id = {id}
                      and (select 1 from {tables.Suppressions} s
                           where s.tenant = {tenant} and s.kind = i.kind and s.value = i.value) is not null)
                """;
        var isSuppressedOf = (string tenant, string id) =>
            $"""
                (select 1 from {tables.Customers} o
                 where o.tenant = {tenant} and o.id = {id} and o.is_suppressed) is not null
                or {hasSuppressedIdentity(tenant, id)}
                """;
        var isPending = $"k.is_pending and (k.lease_id is not null or {isWanted("k")})";
        var hasPendingCheck = (string tenant, string id) =>
            $"""
                exists (
                    select 1 from {tables.Checks} k {checksOfCustomer}
                    where k.tenant = {tenant} and k.customer_id = {id} and {isPending})
                """;
        var stored = $"""
            {profileColumns},
            (select json_group_array(json_array(
                k.provider, k.last_check_at, k.last_outcome, k.requested_at,
                {isPending}, k.last_failure_at, k.last_failure))
             from (
                select * from {tables.Checks} {checksOfCustomer}
                where tenant = c.tenant and customer_id = c.id order by provider) k),
            {settingsOf("c.tenant")},
            (c.is_suppressed or {hasSuppressedIdentity("c.tenant", "c.id")})
            """;
        var isKnown = $"""
            (select 1 from {tables.Customers} where tenant = @tenant and id = @id and merged_into is null) is not null
            """;
        var isMarked = $"""
            (select 1 from {tables.Suppressions} where tenant = @tenant and kind = @kind and value = @value) is not null
            """;
        var ownerOfWanted = $"""
            (select i.customer_id from {tables.Identities} i
             where i.tenant = @tenant and i.kind = w.kind and i.value = w.value)
            """;
        var isWantedMarked = $"""
            (select 1 from {tables.Suppressions} s
             where s.tenant = @tenant and s.kind = w.kind and s.value = w.value) is not null
            """;
        var isTaken = $"exists (select 1 from {wantedIdentities} where {ownerOfWanted} <> @id)";
        var isCurrent = $"""
            (select 1 from {tables.Customers}
             where tenant = @tenant and id = @id and version = @version - 1 and merged_into is null) is not null
            """;
        var canWrite = $"({isCurrent} and not {isTaken})";
        var customer = $"""
            (select * from {tables.Customers} where tenant = @tenant and id = @id and merged_into is null limit 1) c
            """;
        var owner = $"""
            (select customer_id from {tables.Identities} where tenant = @tenant and kind = @kind and value = @value)
            """;
        var origin = $"""
            (select coalesce(origin_id, customer_id) from {tables.Identities}
             where tenant = @tenant and kind = @kind and value = @value)
            """;

        // What is recorded of the conversation, if the statement before has not just recorded it.
        var unlessNew = (string column) =>
            $"""
                case when changes() = 0 then (
                    select t.{column} from {tables.Conversations} t
                    where t.tenant = @tenant and t.customer_id = {origin} and t.conversation_id = @conversation) end
                """;
        var identitiesOfCustomer = $"""
            (select i.value ->> 0 as kind, i.value ->> 1 as value
             from json_each(
                (select c.profile from {tables.Customers} c
                 where c.tenant = @tenant and c.id = @id and c.merged_into is null),
                '$.{ProfileDocument.Identities}') i) i
            """;

        // One for each kind, because an index is not used completely for two lists at once.
        var unsuppress = string.Concat(
            StoredNames.IdentityKinds.Select(kind =>
                $"""

                    delete from {tables.Suppressions} as s indexed by {tables.IndexOfSuppressionsKey}
                    where s.tenant = @tenant and s.kind = '{kind}'
                      and s.value in (select i.value from {identitiesOfCustomer} where i.kind = '{kind}');
                    """
            )
        );

        // Follows a statement that raised last_change, if it did: then the history is one change behind. No other
        // statement of the batch tells whether it wrote, because changes() tells of the last one only.
        string Remember(string change, string version, string id, string most) =>
            $"""

                insert into {tables.History} (tenant, customer_id, number, version, change)
                select @tenant, {id}, c.last_change, {version}, {change}
                from {tables.Customers} c indexed by {tables.IndexOfCustomersKey}
                where c.tenant = @tenant and c.id = {id} and {change} is not null
                  and c.last_change > coalesce((
                    select max(h.number) from {tables.History} h indexed by {tables.IndexOfHistoryKey}
                    where h.tenant = @tenant and h.customer_id = {id}), 0);
                delete from {tables.History} indexed by {tables.IndexOfHistoryKey}
                where tenant = @tenant and customer_id = {id} and {change} is not null and number <= (
                    select c.last_change - {most} from {tables.Customers} c where c.tenant = @tenant and c.id = {id});
                """;

        string RememberAs(string version) => Remember("@change", version, "@id", "@most");

        const string suppress =
            ", is_suppressed = 1, marked_by = null, suppression_generation = suppression_generation + 1";
        const string searchKeys = """
            @search ->> '$.name', @search ->> '$.company', @search ->> '$.has_photo', @search ->> '$.text',
            @search ->> '$.prefixes', @search ->> '$.properties'
            """;

        // Not written when nothing changed, so that the index is not.
        var isFoundOtherwise = $"(name, company, has_photo, text, prefixes, properties) <> ({searchKeys})";

        // One row is written where the condition holds, also without a new profile.
        string FoundBy(string condition) =>
            $"""
                update {tables.Search} set
                    name = coalesce(@search ->> '$.name', name), company = coalesce(@search ->> '$.company', company),
                    has_photo = coalesce(@search ->> '$.has_photo', has_photo),
                    text = coalesce(@search ->> '$.text', text),
                    prefixes = coalesce(@search ->> '$.prefixes', prefixes),
                    properties = coalesce(@search ->> '$.properties', properties)
                where {condition} and tenant = @tenant and customer_id = @id;
                """;
        var properties = $"""
            (select p.value ->> 0 as key, p.value ->> 1 as value
             from json_each(
                (select s.properties from {tables.Search} s where s.tenant = @tenant and s.customer_id = @id)) p) p
            """;
        var propertiesOfSearch = $"""
            delete from {tables.Properties} indexed by {tables.IndexOfPropertiesKey}
            where tenant = @tenant and customer_id = @id and key not in (select p.key from {properties});
            insert into {tables.Properties} (tenant, customer_id, key, value)
            select @tenant, @id, p.key, p.value from {properties} where true
            on conflict (tenant, customer_id, key) do update set value = excluded.value where value <> excluded.value;
            """;

        var duplicates = new SqliteDuplicates
        {
            Tables = tables,
            KeepsMatchKeys = keepsMatchKeys,
            ProfileColumns = profileColumns,
        };

        var someCustomers = $"""
            select c.id from {tables.Customers} c indexed by {tables.IndexOfCustomersKey}
            where c.tenant = @tenant and c.id >= @from order by c.id limit @most + 1
            """;

        // Customer by customer in the order of their ids, as a cross join reads, and no further than the limit: sorting
        // would read the records of all of them first.
        var oldConversations = $"""
            select t.customer_id, t.conversation_id
            from (
                select c.id, (
                    select n.conversation_id from {tables.Conversations} n indexed by {tables.IndexOfConversationsKey}
                    where n.tenant = @tenant and n.customer_id = c.id
                    order by n.occurred_at desc, n.conversation_id desc limit 1) as newest
                from ({someCustomers}) c) s
            cross join {tables.Conversations} t indexed by {tables.IndexOfConversationsKey}
                on t.tenant = @tenant and t.customer_id = s.id
            where t.occurred_at < @before and t.conversation_id <> s.newest
            limit @most
            """;

        // What follows an ended check, and why one was not ended, is in Changes.
        var complete = $"""
            update {tables.Checks}
            set is_pending = 0, last_check_at = @now, last_outcome = case when {isWanted(
                tables.Checks
            )} then @outcome else '{StoredNames.Dropped}' end, last_failure_at = null, last_failure = null
            where {heldCheck} and (@version = 0 or {isCurrent} or not {isWanted(tables.Checks)})
            returning last_outcome is not @outcome, 1
            """;

        string Apply(string condition) =>
            $"""
                update {tables.Customers} set version = @version, updated_at = @updated_at, profile = @profile,
                    last_change = last_change + @remembered
                where tenant = @tenant and id = @id {condition}
                """;

        var mark = $"""
            insert into {tables.Suppressions} (tenant, kind, value)
            select @tenant, i.kind, i.value from {identitiesOfCustomer} where true
            on conflict (tenant, kind, value) do update set merge_id = null where merge_id is not null;
            """;

        var reserve = $"""
            insert into {tables.BudgetUsage} as s (provider, period, shard, used) select @provider, @period, 0, 1
                where @most > 0
            on conflict (provider, period, shard) do update set used = s.used + 1 where s.used < @most
            returning 1
            """;

        var merging = new SqliteMerging
        {
            Tables = tables,
            ProfileColumns = profileColumns,
            IsWanted = isWanted,
            IsSuppressed = isSuppressedOf,
            Remember = Remember,
            FoundBy = FoundBy(isFoundOtherwise) + propertiesOfSearch + duplicates.Replaced,
            Duplicates = duplicates,
        };

        var changes = (string of) =>
            $"""
                (select json_group_array(json_array(h.number, h.version, h.change)) from (
                    select o.number, o.version, o.change
                    from {tables.History} o indexed by {tables.IndexOfHistoryKey}
                    where o.tenant = @tenant and o.customer_id = {of} order by o.number desc) h)
                """;

        // The changes of each become a text, so that it does not depend on whether SQLite still knows that they are one
        // document.
        var absorbed = $"""
            (select json_group_array(json_array(a.id, a.version, a.created_at, a.updated_at, a.profile, a.merged_by,
                {changes("a.id")} || ''))
             from {tables.Customers} a indexed by {tables.IndexOfAbsorbedCustomers}
             where a.tenant = @tenant and a.merged_into = @id)
            """;
        var isErased = (string id) =>
            $"(select 1 from {tables.Erasures} e where e.tenant = @tenant and e.customer_id = {id}) is not null";

        var events = new SqliteEvents { Tables = tables };
        var forgetting = new SqliteForgetting
        {
            Tables = tables,
            IsKnown = isKnown,
            IsSuppressed = isSuppressedOf("@tenant", "@id"),
            HasPendingCheck = hasPendingCheck("@tenant", "@id"),
            WrittenEvents = events.Written,
        };

        var addition = new SqliteAddition
        {
            Tables = tables,
            Stored = stored,
            CheckColumns = checkColumns,
            Settings = settingsOf("@tenant"),
            SettingGeneration = provider => settingGeneration("@tenant", provider),
            IsErased = isErased,
            Duplicates = duplicates,
        };

        return new StoreStatements
        {
            Get = $"""
                select {stored} from {tables.Customers} c
                where c.tenant = @tenant and c.id = @id and c.merged_into is null
                """,

            Find = $"""
                select {stored}
                from {tables.Customers} c where c.tenant = @tenant and c.id = {owner}
                """,

            GetProfile = $"""
                select {profileColumns} from {tables.Customers} c
                where c.tenant = @tenant and c.id = @id and c.merged_into is null
                """,

            FindProfile = $"""
                select {profileColumns} from {tables.Customers} c where c.tenant = @tenant and c.id = {owner}
                """,

            FindAll = $"""
                select {profileColumns} from {tables.Customers} c indexed by {tables.IndexOfCustomersKey}
                where c.tenant = @tenant and c.id in (select {ownerOfWanted} from {SqliteAddition.GivenIdentities})
                """,

            Merging = merging.Statements,

            Forgetting = forgetting.Statements,

            Events = events.Statements,
            Duplicates = duplicates.Statements,

            Add = addition.Addition,

            Writer = addition.Statements,

            RecordConversation = $"""
                insert into {tables.Conversations} (tenant, customer_id, conversation_id, direction, occurred_at)
                select @tenant, coalesce(f.origin_id, f.customer_id), @conversation, @direction, @occurred_at
                    from {tables.Identities} f
                    where f.tenant = @tenant and f.kind = @kind and f.value = @value
                on conflict do nothing;
                select {stored}, changes(), {unlessNew("direction")}, {unlessNew("occurred_at")}
                from {tables.Customers} c where c.tenant = @tenant and c.id = {owner};
                update {tables.Activity} set conversation_at = @occurred_at
                where changes() > 0 and tenant = @tenant and customer_id = {owner} and conversation_at < @occurred_at;
                """,

            // An erased id is refused as a profile without a version.
            Create = $"""
                insert into {tables.Customers} (tenant, id, version, created_at, updated_at, profile,
                    is_suppressed, suppression_generation)
                values (@tenant, @id, case when not {isErased("@id")} then @version end, @created_at, @updated_at,
                    @profile, 0, 0);
                insert into {tables.Activity} (tenant, customer_id, changed_at, conversation_at)
                values (@tenant, @id, @updated_at, @occurred_at);
                insert into {tables.Tenants} (tenant, last_row) select @tenant, 0
                where (select n.number from {tables.Tenants} n where n.tenant = @tenant) is null;
                update {tables.Tenants} set last_row = last_row + 1 where tenant = @tenant;
                insert into {tables.Search} (row_id, tenant, customer_id, name, company, has_photo, text, prefixes,
                    properties)
                select (n.number << {SqliteSearch.SequenceBits}) + n.last_row, @tenant, @id, @name, @company,
                    @has_photo, @text, @prefixes, @properties
                from {tables.Tenants} n where n.tenant = @tenant;
                {duplicates.AddedToNew}
                insert into {tables.Conversations} (tenant, customer_id, conversation_id, direction, occurred_at)
                values (@tenant, @id, @conversation, @direction, @occurred_at);
                insert into {tables.Identities} (tenant, kind, value, customer_id) values (@tenant, @kind, @value, @id)
                """,

            Update = $"""
                select {canWrite}, c.id, c.version, c.created_at, c.updated_at,
                    case when not {canWrite} then c.profile end, t.kind, t.value, t.customer_id
                from (select 1) one
                left join {customer} on 1
                left join (
                    select w.kind, w.value, {ownerOfWanted} as customer_id
                    from {wantedIdentities} where {ownerOfWanted} <> @id limit 1) t on 1;
                update {tables.Customers} set suppression_generation = suppression_generation + 1
                where tenant = @tenant and id = @id and {canWrite}
                  and exists (select 1 from {wantedIdentities} where {isWantedMarked} and {ownerOfWanted} is null);
                insert into {tables.Suppressions} (tenant, kind, value)
                select @tenant, w.kind, w.value from {wantedIdentities}
                where {canWrite}
                  and (
                    select 1 from {tables.Customers}
                    where tenant = @tenant and id = @id and is_suppressed) is not null
                  and {ownerOfWanted} is null
                on conflict do nothing;
                delete from {tables.Identities} {identitiesByCustomer}
                where tenant = @tenant and customer_id = @id and {canWrite}
                  and not exists (select 1 from {wantedIdentities} where w.kind = {tables.Identities}.kind
                      and w.value = {tables.Identities}.value);
                insert into {tables.Identities} (tenant, kind, value, customer_id)
                select @tenant, w.kind, w.value, @id from {wantedIdentities}
                where {canWrite} and {ownerOfWanted} is null;
                {Apply($"and {canWrite}")}
                """,

            UpdateValues = $"""
                {Apply($"""
                    and version = @version - 1 and merged_into is null
                    and json_array_length(@identities) = (
                        select count(*) from {tables.Identities} i {identitiesByCustomer}
                        where i.tenant = @tenant and i.customer_id = @id)
                    and not exists (select 1 from {wantedIdentities} where {ownerOfWanted} is not @id)
                    """)}
                returning 1
                """,

            Changes = new ChangeStatements
            {
                FindHeld = $"""
                    select 0, 0, c.id, c.version, c.created_at, c.updated_at, c.profile
                    from (select 1 from {tables.Checks} where {heldCheck} limit 1) k cross join {customer}
                    """,

                Apply = Apply(""),

                FoundBy = $"""
                    update {tables.Activity} set changed_at = @updated_at
                    where tenant = @tenant and customer_id = @id;
                    update {tables.Search} set name = @name, company = @company, has_photo = @has_photo, text = @text,
                        prefixes = @prefixes, properties = @properties
                    where tenant = @tenant and customer_id = @id
                      and (name, company, has_photo, text, prefixes, properties)
                        <> (@name, @company, @has_photo, @text, @prefixes, @properties)
                    returning 1
                    """,

                Properties = propertiesOfSearch,

                MatchKeys = keepsMatchKeys ? new StoreStatement(duplicates.Replaced) : null,

                Withhold = $"""
                    update {tables.Customers} set last_change = last_change + @remembered {suppress}
                    where tenant = @tenant and id = @id;
                    {mark}
                    """,

                Remember = RememberAs("@version"),
            },

            Request = $"""
                insert into {tables.Checks} as k ({checkColumns})
                select @tenant, @id, @provider, @now, 1, {settingGeneration(
                    "@tenant",
                    "@provider"
                )}, {suppressionGeneration("@tenant", "@id")}, @now, 0, @now, 0
                where {isKnown} and not ({isSuppressedOf("@tenant", "@id")})
                    and not ({isDisabled("@tenant", "@provider")})
                  and (@last is null
                    or (select 1 from {tables.Checks} o
                        where o.tenant = @tenant and o.customer_id = @id and o.provider = @provider) is not null)
                on conflict (tenant, customer_id, provider) do update
                set requested_at = excluded.requested_at, is_pending = 1,
                    setting_generation = excluded.setting_generation,
                    suppression_generation = excluded.suppression_generation,
                    not_before = excluded.not_before, leased_until = excluded.leased_until,
                    available_from = excluded.available_from, lease_id = null, attempt = 0
                where k.last_check_at is @last
                  and (not k.is_pending
                       or (k.lease_id is null and (k.setting_generation < excluded.setting_generation
                           or k.suppression_generation < excluded.suppression_generation)))
                returning 1
                """,

            FindRequest =
                $"select 1 from {tables.Checks} where tenant = @tenant and customer_id = @id and provider = "
                + $"@provider and is_pending and requested_at = @now",

            Claim = $"""
                update {tables.Checks}
                set is_pending = {isWanted(tables.Checks)},
                    lease_id = @lease, leased_until = @clock + @lease_for, attempt = attempt + 1,
                    available_from = max(not_before, @clock + @lease_for)
                where rowid = (
                    select n.rowid from {tables.Checks} n {pendingChecks}
                    where {isDue("n")}
                    order by n.available_from limit 1)
                returning is_pending, provider, attempt, leased_until, tenant, customer_id,
                    (select c.version from {tables.Customers} c where c.tenant = {tables.Checks}.tenant
                        and c.id = {tables.Checks}.customer_id),
                    (select c.created_at from {tables.Customers} c where c.tenant = {tables.Checks}.tenant
                        and c.id = {tables.Checks}.customer_id),
                    (select c.updated_at from {tables.Customers} c where c.tenant = {tables.Checks}.tenant
                        and c.id = {tables.Checks}.customer_id),
                    (select c.profile from {tables.Customers} c where c.tenant = {tables.Checks}.tenant
                        and c.id = {tables.Checks}.customer_id)
                """,

            // In the order of the index, up to the first one.
            EndUnwanted = $"""
                with bound (due, id) as materialized (
                    select n.available_from, n.rowid from {tables.Checks} n {pendingChecks}
                    where {isDue("n")}
                    order by n.available_from, n.rowid limit 1 offset {MostEndedAtOnce - 1})
                update {tables.Checks} as k {pendingChecks} set is_pending = 0
                where k.is_pending and k.available_from <= coalesce((select due from bound), max(@now, @clock))
                  and k.not_before <= @now and k.leased_until <= @clock
                  and k.provider in (select value from json_each(@providers))
                  and not exists (select 1 from bound where (k.available_from, k.rowid) > (bound.due, bound.id))
                  and not {isWanted("k")}
                """,

            Complete = complete,

            CompleteWithheld = complete,

            FindCompletion = $"""
                select last_outcome from {tables.Checks}
                where tenant = @tenant and customer_id = @id and provider = @provider and not is_pending
                    and lease_id = @lease and last_check_at = @now
                """,

            Release = $"""
                update {tables.Checks}
                set is_pending = @retry_at is not null and {isWanted(tables.Checks)},
                    lease_id = null, leased_until = 0, not_before = coalesce(@retry_at, not_before),
                    available_from = coalesce(@retry_at, not_before),
                    attempt = attempt - @uncounted, last_failure_at = coalesce(@failed_at, last_failure_at),
                    last_failure = coalesce(@failure, last_failure)
                where {heldCheck}
                """,

            RenewLease = $"""
                update {tables.Checks}
                    set leased_until = @clock + @lease_for, available_from = max(not_before, @clock + @lease_for)
                    where {heldCheck} returning 1
                """,

            // Unwanted checks without a lease do not count. Few customers were ever suppressed, so those are read from
            // an index of their own.
            CountPending = $"""
                select k.provider, count(*) from {tables.Checks} k {pendingChecks}
                where k.is_pending
                  and (k.lease_id is not null
                    or (k.setting_generation = {settingGeneration("k.tenant", "k.provider")}
                        and k.suppression_generation >= 0
                        and (
                            select 1 from {tables.Customers} c indexed by {tables.IndexOfSuppressedCustomers}
                            where c.tenant = k.tenant and c.id = k.customer_id
                              and c.suppression_generation > 0
                                  and c.suppression_generation <> k.suppression_generation) is null))
                group by k.provider
                """,

            ReserveBudget = reserve,

            ReserveLastBudget = reserve,

            Refund = $"""
                update {tables.BudgetUsage} set used = used - 1
                where provider = @provider and period = @period and shard = 0 and used > 0
                """,

            ProviderSettings = $"select {settingsOf("@tenant")}",

            // Disabling and suppressing do not write to checks: earlier requests have another generation.
            SetProviderSetting = $"""
                insert into {tables.ProviderSettings} as w
                    (tenant, provider, is_enabled, changed_at, changed_by, generation)
                select @tenant, @provider, @is_enabled, @changed_at, @changed_by, 1
                where @is_enabled = ({isDisabled("@tenant", "@provider")})
                on conflict (tenant, provider) do update
                set is_enabled = excluded.is_enabled, changed_at = excluded.changed_at,
                    changed_by = excluded.changed_by,
                    generation = w.generation + 1
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
                select not c.is_suppressed from {customer};
                update {tables.Customers} set last_change = last_change + (@change is not null and not is_suppressed)
                    {suppress}
                where tenant = @tenant and id = @id and merged_into is null;
                {mark}
                {RememberAs("null")}
                """,

            UnsuppressCustomer = $"""
                select ({isSuppressedOf("@tenant", "@id")}) where {isKnown};
                update {tables.Customers} set last_change = last_change + (@change is not null)
                where tenant = @tenant and id = @id and merged_into is null
                  and ({isSuppressedOf("@tenant", "@id")});
                update {tables.Customers} set is_suppressed = 0, marked_by = null
                where tenant = @tenant and id = @id and merged_into is null;
                {unsuppress}
                {RememberAs("null")}
                """,

            SuppressIdentity = $"""
                insert into {tables.Suppressions} (tenant, kind, value) values (@tenant, @kind, @value)
                    on conflict (tenant, kind, value) do update set merge_id = null where merge_id is not null;
                update {tables.Customers} set suppression_generation = suppression_generation + 1
                where tenant = @tenant and id = {owner};
                select 1
                """,

            UnsuppressIdentity =
                $"delete from {tables.Suppressions} where tenant = @tenant and kind = @kind and value = @value",

            GetHistory = $"""
                select {profileColumns}, {changes("@id")}, {absorbed}
                from {tables.Customers} c where c.tenant = @tenant and c.id = @id and c.merged_into is null
                """,

            IsSuppressed = $"select {isMarked}",

            GetRecord = $"""
                select {stored}, c.is_suppressed, (
                    select json_group_array(json_array(i.kind, i.value))
                    from {tables.Identities} i {identitiesByCustomer}
                    where i.tenant = @tenant and i.customer_id = @id
                      and (select 1 from {tables.Suppressions} s
                           where s.tenant = @tenant and s.kind = i.kind and s.value = i.value) is not null), (
                    select json_group_array(json_array(t.conversation_id, t.direction, t.occurred_at)) from (
                        select o.conversation_id, o.direction, o.occurred_at
                        from {tables.Conversations} o indexed by {tables.IndexOfConversationsKey}
                        where o.tenant = @tenant
                          and o.customer_id in (select a.id from {SqliteMerging.WithAbsorbed(tables, "@id")} a)
                        order by o.occurred_at, o.conversation_id) t),
                    {changes("@id")}, {absorbed}, (
                    select json_group_array(json_array(m.id, m.from_id, m.into_id, m.merged_at, m.merged_by)) from (
                        select o.id, o.from_id, o.into_id, o.merged_at, o.merged_by
                        from {tables.Merges} o indexed by {tables.IndexOfMergesByInto}
                        where o.tenant = @tenant and o.undone_at is null
                          and o.into_id in (select a.id from {SqliteMerging.WithAbsorbed(tables, "@id")} a)
                        order by o.merged_at desc, o.id desc) m)
                from {tables.Customers} c where c.tenant = @tenant and c.id = @id and c.merged_into is null
                """,

            ReplaceChanges = $"""
                update {tables.History} indexed by {tables.IndexOfHistoryKey} set change = (
                    select t.value from json_each(@numbers) n
                    join json_each(@read) r on r.key = n.key join json_each(@replacements) t on t.key = n.key
                    where cast(n.value as integer) = number and r.value = change)
                where tenant = @tenant and customer_id = @id and exists (
                    select 1 from json_each(@numbers) n join json_each(@read) r on r.key = n.key
                    where cast(n.value as integer) = number and r.value = change)
                returning 1
                """,

            List = Kept(isAfter =>
                $"""
                    select {profileColumns} from {tables.Customers} c indexed by {tables.IndexOfCustomersKey}
                    where c.tenant = @tenant and c.merged_into is null{(isAfter ? " and c.id > @after" : "")}
                    order by c.id limit @most
                    """
            ),

            RemoveConversations = $"""
                select count(*), case when count(*) = @most then max(o.customer_id) else (
                    select s.id from ({someCustomers}) s order by s.id limit 1 offset @most) end
                from ({oldConversations}) o;
                delete from {tables.Conversations} indexed by {tables.IndexOfConversationsKey}
                where tenant = @tenant
                  and (customer_id, conversation_id) in (
                    select o.customer_id, o.conversation_id from ({oldConversations}) o)
                """,

            GetRetained = $"""
                select {profileColumns}, ({isSuppressedOf("c.tenant", "c.id")}), {hasPendingCheck(
                    "c.tenant",
                    "c.id"
                )}, (
                    select nullif(a.conversation_at, 0) from {tables.Activity} a
                    where a.tenant = c.tenant and a.customer_id = c.id)
                from {tables.Customers} c indexed by {tables.IndexOfCustomersKey}
                where c.tenant = @tenant and c.merged_into is null and c.id > @after
                order by c.id limit @most
                """,

            FindSchema = "select 1 from sqlite_master where type = 'table' and name = @schema",

            FindTable = "select 1 from sqlite_master where name = @table",

            SchemaVersion = $"select max(version) from {tables.Schema}",
        };
    }

    private static bool IsReadOnly(DbException exception) => HasCode(exception, 8);

    private static bool HasCode(DbException exception, int code) =>
        exception.Message.StartsWith(
            string.Create(CultureInfo.InvariantCulture, $"SQLite Error {code}:"),
            StringComparison.Ordinal
        );
}
