using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using SQLitePCL;

namespace CustomerProfiles.EntityFrameworkCore.Sqlite;

/// <summary>
/// Has SQLite itself wait for another process that writes: it looks again after a millisecond or two, where the client for .NET would look again after 150. When it has waited so
/// long in vain, the client goes on until the time-out of the command.
/// </summary>
internal sealed class PatientConnection : DbConnectionInterceptor
{
    private const int Milliseconds = 1_000;

    public static PatientConnection Instance { get; } = new();

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => raw.sqlite3_busy_timeout(((SqliteConnection)connection).Handle, Milliseconds);

    public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        ConnectionOpened(connection, eventData);
        return Task.CompletedTask;
    }
}
