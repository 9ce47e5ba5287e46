using System.Collections.Concurrent;
using System.Data.Common;
using System.Reflection;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>What is to be made of an error of PostgreSQL, or of a pooler before it, told by its SQLSTATE.</summary>
internal static class PostgreSqlErrors
{
    public const string PoolerAdvice =
        "A connection pooler seems to stand before the server. Behind one that gives each transaction "
        + "another connection, such as PgBouncer in transaction mode, set TransactionPooler = true in the "
        + "options of UsePostgreSql; with a context of your own, put Max Auto Prepare=0 into its connection string.";

    private const string StartupAdvice =
        " A pooler also takes no Options and no Search Path from a connection string, nor PGOPTIONS from "
        + "the environment: leave them out.";

    private const string NoSuchStatement = "26000";
    private const string StatementExists = "42P05";
    private const string ProtocolViolation = "08P01";
    private const string NotSupported = "0A000";
    private const string InFailedTransaction = "25P02";
    private const string ReadOnlyTransaction = "25006";
    private const string UndefinedParameter = "42704";

    /// <summary>
    /// The provider of Entity Framework knows the method, and this assembly does not know the provider.
    /// </summary>
    private static readonly ConcurrentDictionary<Type, Action<DbConnection>?> Clearing = new();

    /// <summary>
    /// Prepared statements that the server has forgotten (26000), knows from somebody else (42P05, 08P01 from a
    /// pooler), or that return other columns than before (0A000); a transaction that somebody left open and failed
    /// (25P02); a server that has become a standby while others may lead to the primary (25006). All of them end the
    /// batch before any of it is kept. A pooler says 08P01 also of a server that crashed, perhaps after it had kept it:
    /// that is not one of them.
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
