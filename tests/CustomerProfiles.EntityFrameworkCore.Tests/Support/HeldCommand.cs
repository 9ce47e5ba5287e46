using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace CustomerProfiles.EntityFrameworkCore.Tests.Support;

/// <summary>
/// Holds the next commands of a host that write, before they are sent, until they are let go, so that further calls
/// gather behind them. Counts the commands of the host.
/// </summary>
internal sealed class HeldCommand : DbCommandInterceptor
{
    private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _toHold;
    private int _commands;
    private int _writes;

    /// <summary>The number of commands sent.</summary>
    public int Commands => Volatile.Read(ref _commands);

    /// <summary>How many of them write.</summary>
    public int Writes => Volatile.Read(ref _writes);

    /// <summary>Completes when as many commands are held as were to be.</summary>
    public Task Held => _held.Task;

    public void HoldNext(int commands) => _toHold = commands;

    public void LetGo() => _release.TrySetResult();

    public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command,
        CommandEventData eventData,
        InterceptionResult<DbDataReader> result,
        CancellationToken cancellationToken = default
    )
    {
        if (command.CommandText.Contains("insert into", StringComparison.Ordinal))
        {
            var left = Interlocked.Decrement(ref _toHold);
            if (left >= 0)
            {
                if (left == 0)
                {
                    _held.TrySetResult();
                }

                await _release.Task.WaitAsync(cancellationToken);
            }

            Interlocked.Increment(ref _writes);
        }

        Interlocked.Increment(ref _commands);
        return result;
    }
}
