using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using Npgsql.EntityFrameworkCore.PostgreSQL;

namespace CustomerProfiles.EntityFrameworkCore.PostgreSql;

/// <summary>
/// A call whose connection broke is made again. One that has waited its time for a lock is not, for it would wait as
/// long again: a call of the store says so itself, so it is only upgrades whose lock time-outs come here.
/// </summary>
internal sealed class PostgreSqlRetries(ExecutionStrategyDependencies dependencies)
    : NpgsqlRetryingExecutionStrategy(dependencies, MostRetries, LongestPause, errorCodesToAdd: null)
{
    /// <summary>
    /// How often, and at most how long, a call is made again whose connection broke. Longer, and a conversation had
    /// better be delivered again.
    /// </summary>
    private const int MostRetries = 4;

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    protected override bool ShouldRetryOn(Exception? exception) =>
        exception is not PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable }
        && base.ShouldRetryOn(exception);
}
