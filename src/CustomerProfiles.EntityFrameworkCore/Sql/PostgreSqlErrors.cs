using System.Collections.Concurrent;
using System.Data.Common;
using System.Reflection;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>Interprets the errors of PostgreSQL and of a pooler by their SQLSTATE.</summary>
internal static class PostgreSqlErrors
{
    public const string PoolerAdvice =
        "The connection seems to go through a connection pooler. With one that gives each transaction "
        + "another connection, such as PgBouncer in transaction mode, set TransactionPooler = true in the "
        + "options of UsePostgreSql; with a context of your own, put Max Auto Prepare=0 into its connection string.";

    private const string StartupAdvice =
        " Through a pooler, leave Options and Search Path out of the connection string and PGOPTIONS out of "
        + "the environment.";

    private const string NoSuchStatement = "26000";
    private const string StatementExists = "42P05";
    private const string ProtocolViolation = "08P01";
    private const string NotSupported = "0A000";
    private const string InFailedTransaction = "25P02";
    private const string ReadOnlyTransaction = "25006";
    private const string UndefinedParameter = "42704";

    /// <summary>Found by reflection, because this assembly does not reference the provider.</summary>
    private static readonly ConcurrentDictionary<Type, Action<DbConnection>?> Clearing = new();

    /// <summary>
    /// Prepared statements that the server has lost (26000), has from another client (42P05, 08P01 from a pooler), or
    /// that return other columns than before (0A000); a failed transaction that another client left open (25P02); a
    /// server that has become a standby while others may be the primary (25006). All of these end the batch before
    /// anything is committed. A pooler also sends 08P01 when the server has crashed, perhaps after the commit: that
    /// case is not included.
    /// </summary>
    public static bool IsConnectionSpoiled(DbException exception) =>
        exception.SqlState switch
        {
            NoSuchStatement or StatementExists or NotSupported or InFailedTransaction or ReadOnlyTransaction => true,
            ProtocolViolation => Says(exception, "prepared statement") || Says(exception, "startup parameter"),
            _ => false,
        };

    public static string? AdviceOn(DbException exception) =>
        exception.SqlState switch
        {
            NoSuchStatement or StatementExists => PoolerAdvice,
            ProtocolViolation when Says(exception, "startup parameter") => PoolerAdvice + StartupAdvice,
            NotSupported when Says(exception, "options") => PoolerAdvice + StartupAdvice,
            ProtocolViolation when Says(exception, "prepared statement") => PoolerAdvice,
            UndefinedParameter when Says(exception, "plan_cache_mode") => PostgreSqlInspection.VersionAdvice,
            _ => null,
        };

    public static void ClearPool(DbConnection connection) =>
        Clearing
            .GetOrAdd(
                connection.GetType(),
                static type =>
                    type.GetMethod("ClearPool", BindingFlags.Public | BindingFlags.Static, [type]) is { } method
                        ? pooled => method.Invoke(null, [pooled])
                        : null
            )
            ?.Invoke(connection);

    private static bool Says(DbException exception, string words) =>
        exception.Message.Contains(words, StringComparison.OrdinalIgnoreCase);
}
