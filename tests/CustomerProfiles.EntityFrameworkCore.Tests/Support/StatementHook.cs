using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using SQLitePCL;

namespace CustomerProfiles.EntityFrameworkCore.Tests.Support;

/// <summary>Calls the test at the beginning of each statement from a moment on.</summary>
internal interface IStatementHook : IInterceptor
{
    /// <summary>Begins to count.</summary>
    void Start();
}

/// <summary>The statements that SQLite runs: those of a batch one by one, and the <c>commit</c> too.</summary>
/// <param name="begins">Is called with the number of the statement, within SQLite.</param>
internal sealed class StatementHook(Action<int> begins) : DbConnectionInterceptor, IStatementHook
{
    private bool _isOn;
    private int _count;

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
            begins(++_count);
        }
    }
}

/// <summary>The commands that are sent to PostgreSQL, and each commit of a transaction.</summary>
/// <param name="begins">Is awaited with the number of the command before it is sent.</param>
internal sealed class CommandHook(Func<int, Task> begins)
    : DbCommandInterceptor,
        IDbTransactionInterceptor,
        IStatementHook
{
    private bool _isOn;
    private int _count;

    public void Start() => Volatile.Write(ref _isOn, true);

    public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command,
        CommandEventData eventData,
        InterceptionResult<DbDataReader> result,
        CancellationToken cancellationToken = default
    )
    {
        await BeginAsync();
        return result;
    }

    public override async ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command,
        CommandEventData eventData,
        InterceptionResult<int> result,
        CancellationToken cancellationToken = default
    )
    {
        await BeginAsync();
        return result;
    }

    public async ValueTask<InterceptionResult> TransactionCommittingAsync(
        DbTransaction transaction,
        TransactionEventData eventData,
        InterceptionResult result,
        CancellationToken cancellationToken = default
    )
    {
        await BeginAsync();
        return result;
    }

    private Task BeginAsync() => Volatile.Read(ref _isOn) ? begins(++_count) : Task.CompletedTask;
}
