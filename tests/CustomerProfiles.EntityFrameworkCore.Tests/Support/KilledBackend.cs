using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace CustomerProfiles.EntityFrameworkCore.Tests.Support;

/// <summary>Kills the back end just before it gets a command, so that the connection breaks.</summary>
internal sealed class KilledBackend(Func<int, Task> kill) : DbCommandInterceptor
{
    private int _kills;

    public int Killed { get; private set; }

    public void KillNext(int times = 1) => _kills = times;

    public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command,
        CommandEventData eventData,
        InterceptionResult<DbDataReader> result,
        CancellationToken cancellationToken = default
    )
    {
        if (_kills > 0)
        {
            _kills--;
            Killed++;
            await kill(((NpgsqlConnection)command.Connection!).ProcessID);
        }

        return result;
    }
}
