using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace CustomerProfiles.EntityFrameworkCore.Tests.Support;

/// <summary>Limits the file of the database, as a full disk does.</summary>
internal sealed class FullDisk : DbConnectionInterceptor
{
    public bool IsFull { get; set; }

    public override async Task ConnectionOpenedAsync(
        DbConnection connection,
        ConnectionEndEventData eventData,
        CancellationToken cancellationToken = default
    )
    {
        await using var command = connection.CreateCommand();
        command.CommandText = IsFull ? "pragma max_page_count = 1" : "pragma max_page_count = 1000000";
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
