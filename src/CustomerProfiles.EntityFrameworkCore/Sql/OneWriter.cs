using System.Data.Common;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// For a database with one writer at a time: the writers of this process queue, and the first in the queue waits for
/// other processes. Waiting holds no thread, and each call has its own timeout.
/// </summary>
/// <param name="busyTimeout">How long a call waits for the lock.</param>
/// <param name="time">
/// The clock of other processes: never that of a host's tests, with which nobody would retry.
/// </param>
internal sealed class OneWriter(TimeSpan busyTimeout, TimeProvider time) : IDisposable
{
    /// <summary>
    /// Microsoft.Data.Sqlite blocks the thread and retries for this many seconds, and for ever when it is 0. A negative
    /// number means one attempt.
    /// </summary>
    private const int OneAttempt = -1;

    private static readonly StoreStatement Begin = "begin immediate";

    /// <summary>In milliseconds, as in SQLite itself: most writers finish within a few milliseconds.</summary>
    private static readonly int[] Pauses = [1, 2, 5, 10, 15, 20, 25, 25, 25, 50, 50, 100];

    /// <summary>After this time without an attempt, the lock may have been free in between.</summary>
    private static readonly TimeSpan LongestGap = TimeSpan.FromMilliseconds(500);

    private readonly SemaphoreSlim _turn = new(1);

    // Only accessed by the first in the queue.
    private long? _busySince;
    private long _busyAt;

    public void Dispose() => _turn.Dispose();

    /// <summary>Runs a write when it is first in the queue, after beginning its transaction.</summary>
    public async Task<T> RunAsync<T>(
        Func<Func<StoreConnection, Task>, ValueTask<T>> work,
        CancellationToken cancellationToken
    )
    {
        var arrived = time.GetTimestamp();
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await work(connection => BeginAsync(connection, arrived, cancellationToken)).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task BeginAsync(StoreConnection connection, long arrived, CancellationToken cancellationToken)
    {
        DbException? busy = null;
        for (var attempt = 0; ; attempt++)
        {
            // The lock was held during the whole time in the queue, so there is no need to try again.
            if (
                _busySince is { } since
                && time.GetElapsedTime(_busyAt) <= LongestGap
                && time.GetElapsedTime(since) >= busyTimeout
                && time.GetElapsedTime(arrived) >= busyTimeout
            )
            {
                throw Busy(connection.Connection, time.GetElapsedTime(since), busy);
            }

            cancellationToken.ThrowIfCancellationRequested();
            var started = time.GetTimestamp();
            try
            {
                await connection.ExecuteAsync(Begin, OneAttempt, cancellationToken).ConfigureAwait(false);
                _busySince = null;
                return;
            }
            catch (DbException exception) when (SqliteDialect.IsBusy(exception))
            {
                busy = exception;
            }

            _busySince =
                _busySince is { } before && time.GetElapsedTime(_busyAt, started) <= LongestGap ? before : started;
            _busyAt = time.GetTimestamp();

            // It gives up when both times are over, so it pauses for the longer one.
            var held = time.GetElapsedTime(_busySince.Value);
            var waited = time.GetElapsedTime(arrived);
            var left = busyTimeout - (held < waited ? held : waited);
            if (left > TimeSpan.Zero)
            {
                var pause = TimeSpan.FromMilliseconds(Pauses[Math.Min(attempt, Pauses.Length - 1)]);
                await Task.Delay(pause < left ? pause : left, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private ProfileDatabaseException Busy(DbConnection connection, TimeSpan held, DbException? cause) =>
        new(
            $"Another process has held the write lock of the file {connection.DataSource} for "
                + $"{held.TotalSeconds:0.#} s: "
                + "nothing was written, and the call can be repeated. Look for a process that is paused "
                + "while it writes (in a "
                + "debugger, stopped, or in a long transaction of its own on this file), and let it go on "
                + "or end it. How long a "
                + $"call waits is {nameof(DatabaseStoreOptions)}.{nameof(DatabaseStoreOptions.BusyTimeout)}, "
                + $"{busyTimeout.TotalSeconds:0.###} s here.",
            cause
        );
}
