using System.Data.Common;
using System.Globalization;
using Microsoft.EntityFrameworkCore;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// Checks all settings of a host, a role or a server with which the store would fail later. docs/operate/stores.md has
/// the table.
/// </summary>
internal static class PostgreSqlInspection
{
    public const string VersionAdvice = "PostgreSQL 12 or later is needed.";

    /// <summary>Part of the connection string of UsePostgreSql; shows whether the server got it.</summary>
    public const string GenericPlans = "plan_cache_mode=force_generic_plan";

    /// <summary>How long a call waits for another call about the same customer, in milliseconds.</summary>
    public const int LockTimeout = 5_000;

    private const int OldestVersion = 12_00_00;

    /// <summary>A limit below this, in milliseconds, would end calls that only wait their turn.</summary>
    private const int ShortestTimeout = 1_000;

    private const string MaxAutoPrepare = "Max Auto Prepare";

    private static readonly string Settings = $"""
        select current_setting('server_version_num')::int, current_setting('server_encoding'),
            current_setting('client_encoding'),
               current_setting('transaction_isolation'), current_setting('transaction_read_only'), pg_is_in_recovery(),
               (select string_agg(s.name || '=' || s.setting || 'ms', ', ' order by s.name) from pg_settings s
                where s.name in ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout',
                    'transaction_timeout')
                  and s.setting::bigint between 1 and {ShortestTimeout - 1}),
               current_setting('plan_cache_mode', true), current_setting('enable_seqscan'),
               (select s.setting::bigint from pg_settings s where s.name = 'lock_timeout')
        """;

    private static readonly StoreStatement Elsewhere = """
        select string_agg(n.nspname, ', ' order by n.nspname) from pg_class c
            join pg_namespace n on n.oid = c.relnamespace
        where c.relname = @table and c.relkind in ('r', 'p')
        """;

    private static readonly StoreStatement Rights = """
        select (select string_agg(r.name || ' on ' || t.name, ', ' order by t.place, r.place)
                from unnest(@tables) with ordinality t (name, place)
                cross join unnest(@rights) with ordinality r (name, place)
                where not has_table_privilege(to_regclass(t.name), r.name)),
               (select string_agg(t.name, ', ' order by t.place) from unnest(@tables) with ordinality t (name, place)
                where row_security_active(to_regclass(t.name)))
        """;

    public static async Task<SessionSettings> InspectAsync(
        DbContext context,
        StoreSql sql,
        bool hasTables,
        CancellationToken cancellationToken
    )
    {
        var connection = context.Database.GetDbConnection();
        var parts = DbProviderFactories.GetFactory(connection)!.CreateConnectionStringBuilder()!;
        parts.ConnectionString = connection.ConnectionString;

        // Without it no statement with a named parameter can be sent, so this is checked first.
        Refuse(
            AppContext.TryGetSwitch("Npgsql.EnableSqlRewriting", out var isRewriting) && !isRewriting,
            "The host disables Npgsql.EnableSqlRewriting, which the statements of customer profiles need. "
                + "Remove the setting."
        );
        Refuse(
            Part(parts, "Multiplexing") is true,
            "The connection string says Multiplexing=true. With it a waiting call blocks others on "
                + "the same connection. Leave it out."
        );

        var session = new StoreSession(context, sql.Dialect, isRetry: false);
        var found = await session
            .QueryAsync(Settings, session.Parameters, Read, cancellationToken)
            .ConfigureAwait(false);
        found!.RefuseWhatIsWrong(Part(parts, "Options") as string);
        if (hasTables)
        {
            await RefuseWithoutRightsAsync(sql, session, cancellationToken).ConfigureAwait(false);
        }

        return found.Missing(isPreparing: Part(parts, MaxAutoPrepare) is > 0);
    }

    public static Task<string?> FindElsewhereAsync(
        StoreSession session,
        StoreTables tables,
        CancellationToken cancellationToken
    ) =>
        session.QueryAsync(
            Elsewhere,
            session.Parameters.Text("table", tables.SchemaName),
            reader =>
                reader.IsDBNull(0)
                    ? null
                    : $" There is a table {tables.SchemaName} in the schema {reader.GetString(0)}, which "
                        + $"this role does not see: set Search Path in the connection string, or grant "
                        + $"usage on the schema.",
            cancellationToken
        );

    private static async Task RefuseWithoutRightsAsync(
        StoreSql sql,
        StoreSession session,
        CancellationToken cancellationToken
    )
    {
        var tables = sql.Tables;
        string[] written =
        [
            tables.Customers,
            tables.Identities,
            tables.Conversations,
            tables.Search,
            tables.Activity,
            tables.Properties,
            tables.History,
            tables.Merges,
            tables.Erasures,
            tables.Events,
            tables.EventQueues,
            tables.Features,
            tables.MatchKeys,
            tables.NotDuplicates,
            tables.Checks,
            tables.ProviderSettings,
            tables.PropertyDefinitions,
            tables.Suppressions,
            tables.BudgetUsage,
        ];
        var (rights, secured) = await MissingAsync(written, ["select", "insert", "update", "delete"])
            .ConfigureAwait(false);
        var (onSchema, _) = await MissingAsync([tables.Schema], ["select"]).ConfigureAwait(false);
        var missing = string.Join(", ", new[] { rights, onSchema }.OfType<string>());
        Refuse(
            missing.Length > 0,
            $"The role of this connection lacks rights: {missing}. Grant select, insert, update and delete "
                + $"on the tables of customer profiles, and select on {tables.Schema}."
        );
        Refuse(
            secured is not null,
            $"Row-level security hides rows from the role of this connection: {secured}. Give the role a "
                + $"policy that shows all rows together with BYPASSRLS, or disable row-level security on "
                + $"these tables; customer profiles separate tenants themselves."
        );

        Task<(string? Rights, string? Secured)> MissingAsync(string[] names, string[] needed) =>
            session.QueryAsync(
                Rights,
                session.Parameters.Texts("tables", names).Texts("rights", needed),
                reader => (StoredColumns.TextOrNull(reader, 0), StoredColumns.TextOrNull(reader, 1)),
                cancellationToken
            );
    }

    private static Found Read(DbDataReader reader) =>
        new(
            reader.GetInt32(0),
            reader.GetString(1),
            reader.GetString(2),
            reader.GetString(3),
            reader.GetString(4) == "on",
            reader.GetBoolean(5),
            StoredColumns.TextOrNull(reader, 6),
            StoredColumns.TextOrNull(reader, 7),
            reader.GetString(8) == "on",
            reader.GetInt64(9)
        );

    private static object? Part(DbConnectionStringBuilder parts, string name) =>
        parts.TryGetValue(name, out var value) ? value : null;

    private static void Refuse(bool isWrong, string message)
    {
        if (isWrong)
        {
            throw new ProfileDatabaseException(message);
        }
    }

    /// <summary>The settings of a session of the store.</summary>
    private sealed record Found(
        int Version,
        string ServerEncoding,
        string ClientEncoding,
        string Isolation,
        bool IsReadOnly,
        bool IsStandby,
        string? ShortTimeouts,
        string? Plans,
        bool MayScan,
        long LockWait
    )
    {
        public void RefuseWhatIsWrong(string? options)
        {
            Refuse(
                Version < OldestVersion,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The server is PostgreSQL {Version / 10_000}. {VersionAdvice}"
                )
            );
            Refuse(
                ServerEncoding != "UTF8",
                $"The database is encoded in {ServerEncoding}, which cannot hold every name. Make a new "
                    + $"database with create database ... encoding 'UTF8' template template0, and move the "
                    + $"tables there."
            );
            Refuse(
                ClientEncoding != "UTF8",
                $"The connection is set to client_encoding={ClientEncoding}. Leave Client Encoding and "
                    + $"PGCLIENTENCODING out: UTF8 is Npgsql's own."
            );
            Refuse(
                IsStandby,
                "The server is a standby, which only reads, but the store must write. Connect to "
                    + "the primary; with several hosts in the connection string say Target Session Attributes=primary."
            );
            Refuse(
                IsReadOnly,
                "The connection only reads (default_transaction_read_only), but the store must "
                    + "write. Set it to off for this role or database, or take another role."
            );
            Refuse(
                Isolation != "read committed",
                $"Transactions of this connection are {Isolation}, and customer profiles need read "
                    + $"committed. Set default_transaction_isolation for this role or database, or say "
                    + $"Options=-c default_transaction_isolation=read\\ committed in the connection string."
            );
            Refuse(
                ShortTimeouts is not null,
                $"The connection is set to {ShortTimeouts}, so calls fail that only wait their "
                    + $"turn. Set at least 1s, better {LockTimeout / 1_000}s, or 0 for none."
            );

            // A pooler ignores startup options silently.
            Refuse(
                options?.Contains(GenericPlans, StringComparison.Ordinal) == true && Plans != "force_generic_plan",
                $"The server did not get the options with which the connection was opened. "
                    + $"{PostgreSqlErrors.PoolerAdvice}"
            );
        }

        /// <summary>
        /// Prepared statements keep their plan, so a plan that was made while the tables were empty must be good when
        /// they are full. Other statements are planned for each call, with its values and the size of the tables.
        /// </summary>
        public SessionSettings Missing(bool isPreparing)
        {
            List<(string Name, string Value)> lookUps = MayScan
                ? [("enable_seqscan", "off"), ("enable_hashjoin", "off"), ("enable_mergejoin", "off")]
                : [];
            List<(string Name, string Value)> kept =
                isPreparing && MayScan ? [.. lookUps, ("plan_cache_mode", "force_generic_plan")] : [];
            List<(string Name, string Value)> read = kept;
            List<(string Name, string Value)> write = kept.Count > 0 ? kept : lookUps;
            write = LockWait == 0 ? [.. write, ("lock_timeout", $"{LockTimeout}ms")] : write;
            List<(string Name, string Value)> search =
                isPreparing || Plans == "force_generic_plan"
                    ? [("plan_cache_mode", "force_custom_plan"), ("enable_seqscan", "on")]
                    : [];
            return new SessionSettings(Text(read), Text(write), Text(search));
        }

        /// <summary>Until the end of the transaction, which is the batch.</summary>
        private static string? Text(List<(string Name, string Value)> settings) =>
            settings.Count == 0
                ? null
                : $"select {string.Join(", ", settings.Select((setting, i) => Text(setting, isFirst: i == 0)))}; ";

        private static string Text((string Name, string Value) setting, bool isFirst) =>
            $"set_config('{setting.Name}', '{setting.Value}', true){(isFirst ? $" as {StoreStatements.Lock}" : "")}";
    }
}
