using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace CustomerProfiles.EntityFrameworkCore.Sqlite;

/// <summary>
/// Has SQLite itself wait for another process that writes: it looks again after a millisecond or two, where the client for .NET would look again after 150. When it has waited so
/// long in vain, the client goes on until the time-out of the command.
/// </summary>
internal sealed class PatientConnection : DbConnectionInterceptor
{
    private const string Wait = "pragma busy_timeout = 1000";

    public static PatientConnection Instance { get; } = new();

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        ArgumentNullException.ThrowIfNull(connection);
        using var command = connection.CreateCommand();
        command.CommandText = Wait;
        command.ExecuteNonQuery();
    }

    public override async Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var command = connection.CreateCommand();
        await using (command.ConfigureAwait(false))
        {
            command.CommandText = Wait;
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
