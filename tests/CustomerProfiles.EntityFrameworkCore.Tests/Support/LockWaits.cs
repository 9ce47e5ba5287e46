using System.Transactions;

namespace CustomerProfiles.EntityFrameworkCore.Tests.Support;

/// <summary>Sees which calls wait for a lock of the PostgreSQL server.</summary>
internal static class LockWaits
{
    /// <summary>Completes when so many statements wait; fails when the call ends before.</summary>
    public static async Task WaitingAsync(this PostgreSqlTestDatabase database, int waiting, Task call)
    {
        using var apart = new TransactionScope(
            TransactionScopeOption.Suppress,
            TransactionScopeAsyncFlowOption.Enabled
        );
        while (
            await database.ValueAsync<long>(
                "select count(*) from pg_stat_activity where wait_event_type = 'Lock' "
                    + "and datname = current_database()"
            ) < waiting
        )
        {
            call.IsCompleted.Should().BeFalse("it waits for a lock");
        }
    }
}
