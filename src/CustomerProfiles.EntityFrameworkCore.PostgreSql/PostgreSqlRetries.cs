using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using Npgsql.EntityFrameworkCore.PostgreSQL;

namespace CustomerProfiles.EntityFrameworkCore.PostgreSql;

/// <summary>
/// Repeats a call whose connection broke. A call that timed out, whether it waited for a connection, for the server or
/// for a lock, is not repeated, because it would wait as long again, and its host has a time limit too.
/// </summary>
internal sealed class PostgreSqlRetries(ExecutionStrategyDependencies dependencies)
    : NpgsqlRetryingExecutionStrategy(dependencies, MostRetries, LongestPause, errorCodesToAdd: null)
{
    /// <summary>
    /// The number and longest delay of retries. After longer outages the conversation should be redelivered.
    /// </summary>
    private const int MostRetries = 4;

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    protected override bool ShouldRetryOn(Exception? exception) =>
        exception
            is not (
                PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable }
                or TimeoutException
                or NpgsqlException { InnerException: TimeoutException }
            )
        && base.ShouldRetryOn(exception);
}
