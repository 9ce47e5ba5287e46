using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using SQLitePCL;

namespace CustomerProfiles.EntityFrameworkCore.Sqlite;

/// <summary>Sets what each connection needs, when it is opened.</summary>
/// <remarks>
/// <para>
/// SQLite itself retries after a millisecond or two when the file is locked, where Microsoft.Data.Sqlite would wait
/// 150. That blocks a thread, so it is short; longer waits hold no thread.
/// </para>
/// <para>
/// A prepared statement keeps its plan. Otherwise SQLite plans it anew whenever a parameter gets a value that the plan
/// took into account, such as that of a limit; for a search that takes longer than to run it.
/// </para>
/// <para>What is deleted is overwritten, so that it is gone from the file and not only from the tables.</para>
/// </remarks>
internal sealed class SessionInterceptor : DbConnectionInterceptor
{
    private const int Milliseconds = 25;

    /// <summary>
    /// <c>SQLITE_DBCONFIG_ENABLE_QPSG</c>, the query planner stability guarantee. Without it all is as right, but
    /// slower, so whether it was set is not checked.
    /// </summary>
    private const int KeepPlans = 1007;

    public static SessionInterceptor Instance { get; } = new();

    /// <summary>Sets up an open connection.</summary>
    public static void Apply(DbConnection connection)
    {
        var handle = ((SqliteConnection)connection).Handle;
        raw.sqlite3_busy_timeout(handle, Milliseconds);
        raw.sqlite3_db_config(handle, KeepPlans, 1, out _);
        raw.sqlite3_exec(handle, "pragma secure_delete = on");
    }

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) =>
        Apply(connection);

    public override Task ConnectionOpenedAsync(
        DbConnection connection,
        ConnectionEndEventData eventData,
        CancellationToken cancellationToken = default
    )
    {
        Apply(connection);
        return Task.CompletedTask;
    }
}
