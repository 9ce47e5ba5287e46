using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Logging;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>Checks the tables before anything is read or written.</summary>
/// <typeparam name="TContext">The context.</typeparam>
internal sealed partial class ProfileDatabase<TContext>(
    IDbContextFactory<TContext> contexts,
    DatabaseStoreOptions options
) : IProfileDatabase
    where TContext : DbContext
{
    private static readonly TimeSpan LongestUpgrade = TimeSpan.FromHours(1);

    private volatile StoreSql? _ready;

    /// <summary>Where tables exist that this connection does not see, as a sentence.</summary>
    private volatile string? _elsewhere;

    /// <summary>For tests: a dialect other than the provider's.</summary>
    internal StoreDialect? Dialect { get; init; }

    /// <summary>For tests: bounds of a search other than the default.</summary>
    internal SearchBounds? Bounds { get; init; }

    /// <summary>The provider's connection pool; null where it does not matter.</summary>
    internal ConnectionPool? Pool { get; init; }

    /// <summary>Whether the store keeps match keys.</summary>
    internal bool KeepsMatchKeys { get; init; }

    /// <summary>Where a missing index is reported; null for nowhere.</summary>
    internal ILogger? Log { get; init; }

    /// <summary>The connections of a ready-made store; null for a context of the host.</summary>
    internal DirectConnections? Direct { get; init; }

    /// <summary>
    /// The statements for the database, once it has been checked. Callers before that each check for themselves, so
    /// none waits for another.
    /// </summary>
    public ValueTask<StoreSql> ReadyAsync(CancellationToken cancellationToken) =>
        _ready is { } ready ? new ValueTask<StoreSql>(ready) : PreparedAsync(cancellationToken);

    public async ValueTask CheckAsync(CancellationToken cancellationToken = default)
    {
        using var apart = AmbientTransactions.Suppress();
        var context = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        await using (context.ConfigureAwait(false))
        {
            Direct?.Clear();
            Pool?.Clear(context.Database.GetDbConnection());
            _ready = await CheckedAsync(context, cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask UpgradeAsync(CancellationToken cancellationToken = default)
    {
        using var apart = AmbientTransactions.Suppress();
        var context = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        await using (context.ConfigureAwait(false))
        {
            Direct?.Clear();
            Pool?.Clear(context.Database.GetDbConnection());
            await OpenedAsync(
                    context,
                    async () =>
                    {
                        await CreateAsync(context, cancellationToken).ConfigureAwait(false);

                        // Before anything is created in a database that the store could not use.
                        var sql = new StoreSql(context, Dialect ?? StoreDialect.Of(context.Database.ProviderName));
                        await sql
                            .Dialect.InspectAsync(context, sql, hasTables: false, cancellationToken)
                            .ConfigureAwait(false);
                        await RefuseEarlierTablesAsync(context, sql, cancellationToken).ConfigureAwait(false);
                        await context
                            .Database.CreateExecutionStrategy()
                            .ExecuteAsync(token => ApplyMigrationsAsync(context, token), cancellationToken)
                            .ConfigureAwait(false);
                        await AddSearchIndexAsync(context, sql, cancellationToken).ConfigureAwait(false);
                        return true;
                    }
                )
                .ConfigureAwait(false);
            _ready = await CheckedAsync(context, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<StoreSql> PreparedAsync(CancellationToken cancellationToken)
    {
        if (options.UpgradeAtStart)
        {
            await UpgradeAsync(cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await CheckAsync(cancellationToken).ConfigureAwait(false);
        }

        return _ready!;
    }

    private async Task<StoreSql> CheckedAsync(TContext context, CancellationToken cancellationToken)
    {
        var sql = new StoreSql(
            context,
            Dialect ?? StoreDialect.Of(context.Database.ProviderName),
            Bounds,
            KeepsMatchKeys
        )
        {
            Direct = Direct?.Serve(context) == true ? Direct : null,
            CommandTimeout = context.Database.GetCommandTimeout(),
        };
        var version = await OpenedAsync(context, () => VersionAsync(context, sql, cancellationToken))
            .ConfigureAwait(false);
        await RefuseEarlierTablesAsync(context, sql, cancellationToken).ConfigureAwait(false);
        return version switch
        {
            StoreModel.SchemaVersion => await VerifiedAsync(context, sql, cancellationToken).ConfigureAwait(false),
            null => throw new ProfileDatabaseException(
                $"The database {NameOf(context)} does not exist, or has no tables of customer "
                    + $"profiles.{_elsewhere} Set UpgradeAtStart, call IProfileDatabase.UpgradeAsync, or "
                    + $"apply the migrations of {typeof(TContext).Name}."
            ),
            < StoreModel.SchemaVersion => throw new ProfileDatabaseException(
                $"The tables of customer profiles are of version {version}, and this host needs version "
                    + $"{StoreModel.SchemaVersion}. Set UpgradeAtStart, call IProfileDatabase.UpgradeAsync, "
                    + $"or apply the migrations of {typeof(TContext).Name}."
            ),
            _ => throw new ProfileDatabaseException(
                $"The tables of customer profiles are of version {version}, and this host knows only "
                    + $"version {StoreModel.SchemaVersion}. Update the packages of this host; it has read "
                    + $"and written nothing."
            ),
        };
    }

    /// <summary>Checks the settings of the database.</summary>
    private async Task<StoreSql> VerifiedAsync(TContext context, StoreSql sql, CancellationToken cancellationToken)
    {
        var problem = await OpenedAsync(
                context,
                async () =>
                {
                    await context.Database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
                    try
                    {
                        sql.IsSearchIndexed = await ExistsAsync(
                                context,
                                sql,
                                (
                                    sql.Dialect.NameOfSearchIndex(sql.Tables.SearchName.Table),
                                    sql.Tables.SearchName.Schema
                                ),
                                cancellationToken
                            )
                            .ConfigureAwait(false);
                        if (!sql.IsSearchIndexed && Log is not null)
                        {
                            LogSearchWithoutIndex(Log, sql.Dialect.AdviceWithoutSearchIndex);
                        }

                        return await sql
                            .Dialect.ProblemAsync(context.Database.GetDbConnection(), sql.Tables, cancellationToken)
                            .ConfigureAwait(false);
                    }
                    finally
                    {
                        await context.Database.CloseConnectionAsync().ConfigureAwait(false);
                    }
                }
            )
            .ConfigureAwait(false);
        return problem is null
            ? sql
            : throw new ProfileDatabaseException(
                $"The database {NameOf(context)} cannot be used for customer profiles: {problem}"
            );
    }

    /// <summary>
    /// The version of the tables; null when the database or the table is missing. Also inspects the session.
    /// </summary>
    private async Task<int?> VersionAsync(TContext context, StoreSql sql, CancellationToken cancellationToken)
    {
        if (
            !await context.GetService<IRelationalDatabaseCreator>().ExistsAsync(cancellationToken).ConfigureAwait(false)
        )
        {
            return null;
        }

        var session = new StoreSession(context, sql.Dialect, isRetry: false);
        var hasTables = await session
            .QueryAsync(
                sql.Statements.FindSchema,
                session.Parameters.Text("schema", sql.Dialect.NameToFind(sql.Tables)),
                _ => true,
                cancellationToken
            )
            .ConfigureAwait(false);
        sql.Use(await sql.Dialect.InspectAsync(context, sql, hasTables, cancellationToken).ConfigureAwait(false));
        if (!hasTables)
        {
            _elsewhere = await sql
                .Dialect.FindElsewhereAsync(session, sql.Tables, cancellationToken)
                .ConfigureAwait(false);
        }

        return hasTables
            ? await session
                .QueryAsync(
                    sql.Statements.SchemaVersion,
                    session.Parameters,
                    reader => reader.IsDBNull(0) ? 0 : reader.GetInt32(0),
                    cancellationToken
                )
                .ConfigureAwait(false)
            : null;
    }

    /// <summary>Refuses the tables of a build before the first release, which no migration upgrades.</summary>
    private static async Task RefuseEarlierTablesAsync(
        TContext context,
        StoreSql sql,
        CancellationToken cancellationToken
    )
    {
        var (customers, newest) = (sql.Tables.CustomersName, sql.Tables.NewestName);
        if (
            await context.GetService<IRelationalDatabaseCreator>().ExistsAsync(cancellationToken).ConfigureAwait(false)
            && await ExistsAsync(context, sql, customers, cancellationToken).ConfigureAwait(false)
            && !await ExistsAsync(context, sql, newest, cancellationToken).ConfigureAwait(false)
        )
        {
            throw new ProfileDatabaseException(
                $"The database {NameOf(context)} has the table {customers.Table} and not {newest.Table}: its tables "
                    + $"are of a build before the first release, and cannot be upgraded. Use a new database, or drop "
                    + $"the tables of customer profiles together with their table of migrations. Nothing was changed."
            );
        }
    }

    private static async Task<bool> ExistsAsync(
        TContext context,
        StoreSql sql,
        (string Table, string? Schema) name,
        CancellationToken cancellationToken
    )
    {
        var session = new StoreSession(context, sql.Dialect, isRetry: false);
        return await session
            .QueryAsync(
                sql.Statements.FindTable,
                session.Parameters.Text(
                    "table",
                    sql.Dialect.NameToFind(context.GetService<ISqlGenerationHelper>(), name.Table, name.Schema)
                ),
                _ => true,
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    /// <summary>
    /// Adds the index of search texts where it is missing: the migration could not create it then, or the context's own
    /// migration left it out.
    /// </summary>
    private static async Task AddSearchIndexAsync(TContext context, StoreSql sql, CancellationToken cancellationToken)
    {
        var (table, schema) = sql.Tables.SearchName;
        if (
            await ExistsAsync(context, sql, (table, schema), cancellationToken).ConfigureAwait(false)
            && !await ExistsAsync(context, sql, (sql.Dialect.NameOfSearchIndex(table), schema), cancellationToken)
                .ConfigureAwait(false)
        )
        {
            await ExecuteAsync(context, sql.Dialect.SearchIndex(table, schema), cancellationToken)
                .ConfigureAwait(false);
        }
    }

    [LoggerMessage(
        EventId = 3000,
        EventName = "SearchWithoutIndex",
        Level = LogLevel.Warning,
        Message = "Customer profiles are searched without an index, by reading every profile of the tenant. {Advice}"
    )]
    private static partial void LogSearchWithoutIndex(ILogger log, string advice);

    /// <summary>
    /// Creates the database. Of several processes that do so at once, all but one fail and then find it.
    /// </summary>
    private static async Task CreateAsync(TContext context, CancellationToken cancellationToken)
    {
        var creator = context.GetService<IRelationalDatabaseCreator>();
        if (await creator.ExistsAsync(cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        try
        {
            await creator.CreateAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (DbException)
        {
            if (!await creator.ExistsAsync(cancellationToken).ConfigureAwait(false))
            {
                throw;
            }
        }
    }

    /// <summary>
    /// Applies the missing migrations in one transaction that excludes other upgrades, so that a process that dies
    /// leaves neither half an upgrade nor a lock. (Entity Framework's own lock on SQLite is a row, which remains when
    /// its process dies.)
    /// </summary>
    private async Task ApplyMigrationsAsync(TContext context, CancellationToken cancellationToken)
    {
        var dialect = Dialect ?? StoreDialect.Of(context.Database.ProviderName);
        var history = context.GetService<IHistoryRepository>();
        var known = context.Database.GetMigrations().ToArray();

        // Usually nothing is missing; then no lock is taken.
        var isFirst = !await HasHistoryAsync(context, dialect, cancellationToken).ConfigureAwait(false);
        if (!isFirst && known.All((await AppliedAsync(history, cancellationToken).ConfigureAwait(false)).Contains))
        {
            return;
        }

        // BeforeUpgrade and AfterUpgrade must run on the same connection.
        await context.Database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        var timeout = context.Database.GetCommandTimeout();
        try
        {
            // A large table takes long, and so does waiting for the upgrade of another host.
            context.Database.SetCommandTimeout(LongestUpgrade);
            await ExecuteAsync(context, dialect.BeforeUpgrade, cancellationToken).ConfigureAwait(false);
            await ApplyMigrationsAsync(context, dialect, history, known, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // The connection and the context return to a pool.
            context.Database.SetCommandTimeout(timeout);
            await ExecuteAsync(context, dialect.AfterUpgrade, CancellationToken.None).ConfigureAwait(false);
            await context.Database.CloseConnectionAsync().ConfigureAwait(false);
        }
    }

    private static async Task ApplyMigrationsAsync(
        TContext context,
        StoreDialect dialect,
        IHistoryRepository history,
        string[] known,
        CancellationToken cancellationToken
    )
    {
        var upgradeLock = dialect.UpgradeLock(NameOfHistory(context, dialect));
        if (upgradeLock is not null)
        {
            await CreateHistoryAsync(context, dialect, history, cancellationToken).ConfigureAwait(false);
        }

        var transaction = await context.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            await ExecuteAsync(context, upgradeLock, cancellationToken).ConfigureAwait(false);
            await ExecuteAsync(context, history.GetCreateIfNotExistsScript(), cancellationToken).ConfigureAwait(false);
            var applied = await AppliedAsync(history, cancellationToken).ConfigureAwait(false);
            foreach (var id in known.Where(id => !applied.Contains(id)))
            {
                await ApplyMigrationAsync(context, id, cancellationToken).ConfigureAwait(false);
                await ExecuteAsync(
                        context,
                        history.GetInsertScript(new HistoryRow(id, ProductInfo.GetVersion())),
                        cancellationToken
                    )
                    .ConfigureAwait(false);
            }

            if (dialect.OrphansAfterUpgrade is { } orphans)
            {
                var session = new StoreSession(context, dialect, isRetry: false);
                if (
                    await session
                        .QueryAsync(orphans, session.Parameters, reader => reader.GetString(0), cancellationToken)
                        .ConfigureAwait(false) is
                    { } table
                )
                {
                    throw new ProfileDatabaseException(
                        $"A migration of {typeof(TContext).Name} leaves rows in the table {table} that "
                            + $"refer to nothing. Nothing was changed."
                    );
                }
            }

            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task ApplyMigrationAsync(TContext context, string id, CancellationToken cancellationToken)
    {
        var migrations = context.GetService<IMigrationsAssembly>();
        var migration = migrations.CreateMigration(migrations.Migrations[id], context.Database.ProviderName!);
        var target = context
            .GetService<IModelRuntimeInitializer>()
            .Initialize(
                migration.TargetModel is IMutableModel mutable ? mutable.FinalizeModel() : migration.TargetModel,
                designTime: true,
                validationLogger: null
            );
        foreach (var command in context.GetService<IMigrationsSqlGenerator>().Generate(migration.UpOperations, target))
        {
            await command
                .ExecuteNonQueryAsync(
                    context.GetService<IRelationalConnection>(),
                    parameterValues: null,
                    cancellationToken
                )
                .ConfigureAwait(false);
        }
    }

    /// <summary>Whether the table of the migrations exists, asked without an error that the log would show.</summary>
    private static async Task<bool> HasHistoryAsync(
        TContext context,
        StoreDialect dialect,
        CancellationToken cancellationToken
    )
    {
        var sql = new StoreSql(context, dialect);
        var session = new StoreSession(context, dialect, isRetry: false);
        return await session
            .QueryAsync(
                sql.Statements.FindSchema,
                session.Parameters.Text("schema", NameOfHistory(context, dialect)),
                _ => true,
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    private static string NameOfHistory(TContext context, StoreDialect dialect)
    {
        var names = RelationalOptionsExtension.Extract(context.GetService<IDbContextOptions>());
        return dialect.NameToFind(
            context.GetService<ISqlGenerationHelper>(),
            names.MigrationsHistoryTableName ?? HistoryRepository.DefaultTableName,
            names.MigrationsHistoryTableSchema
        );
    }

    /// <summary>
    /// Creates the table that serves as the lock. Of several processes that do so at once, all but one may fail and
    /// then find it.
    /// </summary>
    private static async Task CreateHistoryAsync(
        TContext context,
        StoreDialect dialect,
        IHistoryRepository history,
        CancellationToken cancellationToken
    )
    {
        if (await HasHistoryAsync(context, dialect, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        try
        {
            await ExecuteAsync(context, history.GetCreateIfNotExistsScript(), cancellationToken).ConfigureAwait(false);
        }
        catch (DbException)
        {
            if (!await HasHistoryAsync(context, dialect, cancellationToken).ConfigureAwait(false))
            {
                throw;
            }
        }
    }

    private static async Task<string[]> AppliedAsync(IHistoryRepository history, CancellationToken cancellationToken) =>
        [
            .. (await history.GetAppliedMigrationsAsync(cancellationToken).ConfigureAwait(false)).Select(row =>
                row.MigrationId
            ),
        ];

    private static Task ExecuteAsync(TContext context, string? sql, CancellationToken cancellationToken) =>
        sql is null
            ? Task.CompletedTask
            : context
                .GetService<IRawSqlCommandBuilder>()
                .Build(sql)
                .ExecuteNonQueryAsync(
                    new RelationalCommandParameterObject(
                        context.GetService<IRelationalConnection>(),
                        parameterValues: null,
                        readerColumns: null,
                        context,
                        context.GetService<IRelationalCommandDiagnosticsLogger>()
                    ),
                    cancellationToken
                );

    /// <summary>
    /// Names the database that cannot be opened or upgraded. The connection string is left out, because it contains the
    /// password.
    /// </summary>
    private async Task<T> OpenedAsync<T>(TContext context, Func<Task<T>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (Exception exception)
            when (exception
                    is DbException
                        or RetryLimitExceededException
                        or IOException
                        or System.Net.Sockets.SocketException
                        or TimeoutException
                        or InvalidOperationException { Source: "Microsoft.Data.Sqlite" }
            )
        {
            var cause = exception as DbException ?? exception.InnerException as DbException;
            var advice = cause is null
                ? null
                : (Dialect ?? StoreDialect.Of(context.Database.ProviderName)).AdviceOn(cause);
            if (advice is not null)
            {
                throw new ProfileDatabaseException(
                    $"The database {NameOf(context)} of customer profiles cannot be opened or upgraded: "
                        + $"{cause!.Message} {advice}",
                    exception
                );
            }

            throw new ProfileDatabaseException(
                $"The database {NameOf(context)} of customer profiles cannot be opened or upgraded: "
                    + $"{(exception.InnerException ?? exception).Message} If the connection failed, check "
                    + $"the connection string, the permissions, and whether the server runs; if a migration "
                    + $"failed, nothing of it was applied.",
                exception
            );
        }
    }

    /// <summary>The file or server, and the database.</summary>
    private static string NameOf(TContext context)
    {
        var connection = context.Database.GetDbConnection();
        return $"{connection.DataSource} ({connection.Database})";
    }
}
