using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using SQLitePCL;

namespace CustomerProfiles.EntityFrameworkCore.Tests.Support;

/// <summary>
/// Calls the test at the beginning of each statement that SQLite runs: those of a batch one by one, and the
/// <c>commit</c> too.
/// </summary>
/// <param name="begins">Is called with the number of the statement, within SQLite.</param>
internal sealed class StatementHook(Action<int> begins) : DbConnectionInterceptor
{
    private bool _isOn;

    /// <summary>The number of statements so far.</summary>
    public int Count { get; private set; }

    /// <summary>Begins to count.</summary>
    public void Start() => Volatile.Write(ref _isOn, true);

    public override Task ConnectionOpenedAsync(
        DbConnection connection,
        ConnectionEndEventData eventData,
        CancellationToken cancellationToken = default
    )
    {
        ConnectionOpened(connection, eventData);
        return Task.CompletedTask;
    }

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) =>
        raw.sqlite3_trace(((SqliteConnection)connection).Handle!, (strdelegate_trace)OnStatement, null);

    private void OnStatement(object userData, string statement)
    {
        if (Volatile.Read(ref _isOn))
        {
            begins(++Count);
        }
    }
}
