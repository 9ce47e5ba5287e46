using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using SQLitePCL;

namespace CustomerProfiles.EntityFrameworkCore.Sqlite;

/// <summary>
/// Makes SQLite itself retry after a millisecond or two when the file is locked, where Microsoft.Data.Sqlite would wait
/// 150. That blocks a thread, so it is short; longer waits hold no thread.
/// </summary>
internal sealed class BusyTimeoutInterceptor : DbConnectionInterceptor
{
    private const int Milliseconds = 25;

    public static BusyTimeoutInterceptor Instance { get; } = new();

    /// <summary>Sets the timeout of an open connection.</summary>
    public static void Apply(DbConnection connection) =>
        raw.sqlite3_busy_timeout(((SqliteConnection)connection).Handle, Milliseconds);

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
