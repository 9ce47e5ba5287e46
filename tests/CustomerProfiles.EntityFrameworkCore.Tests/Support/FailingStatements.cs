using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace CustomerProfiles.EntityFrameworkCore.Tests.Support;

/// <summary>A server that refuses statements.</summary>
internal sealed class FailingStatements(string sqlState, string message = "It does not work.") : DbCommandInterceptor
{
    private int _failures;

    /// <summary>The number of refusals.</summary>
    public int Failed { get; private set; }

    public void FailNext(int times) => _failures = times;

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command,
        CommandEventData eventData,
        InterceptionResult<DbDataReader> result,
        CancellationToken cancellationToken = default
    )
    {
        if (_failures == 0)
        {
            return new(result);
        }

        _failures--;
        Failed++;
        throw new PostgresException(message, "ERROR", "ERROR", sqlState);
    }
}
