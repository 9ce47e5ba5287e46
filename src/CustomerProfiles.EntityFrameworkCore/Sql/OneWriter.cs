using System.Data.Common;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// For a database with one writer at a time: the writers of this process queue, and the first of them waits for those
/// of other processes. Nobody holds a thread meanwhile, and each gives up by themselves.
/// </summary>
/// <param name="busyTimeout">How long others may hold the lock until a caller gives up.</param>
/// <param name="time"> The time in which other processes live: never that of a host's tests, for then nobody would look
/// again.
/// </param>
internal sealed class OneWriter(TimeSpan busyTimeout, TimeProvider time) : IDisposable
{
    /// <summary>
    /// Microsoft.Data.Sqlite holds the thread and tries again until this many seconds have passed, and for ever when
    /// they are none: a negative number means one attempt.
    /// </summary>
    private const int OneAttempt = -1;

    /// <summary>In milliseconds. SQLite's own pauses: most writers are gone in a few milliseconds.</summary>
    private static readonly int[] Pauses = [1, 2, 5, 10, 15, 20, 25, 25, 25, 50, 50, 100];

    /// <summary>After this time unseen, the lock may have been free meanwhile.</summary>
    private static readonly TimeSpan LongestGap = TimeSpan.FromMilliseconds(500);

    private readonly SemaphoreSlim _turn = new(1);

    // Read and written by whose turn it is.
    private long? _busySince;
    private long _busyAt;

    public void Dispose() => _turn.Dispose();

    /// <summary>Runs what writes when it is its turn, with what begins its transaction.</summary>
    public async Task<T> RunAsync<T>(Func<Func<DbConnection, Task>, Task<T>> work, CancellationToken cancellationToken)
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

    private async Task BeginAsync(DbConnection connection, long arrived, CancellationToken cancellationToken)
    {
        var begin = connection.CreateCommand();
        await using (begin.ConfigureAwait(false))
        {
            begin.CommandText = "begin immediate";
            begin.CommandTimeout = OneAttempt;
            DbException? busy = null;
            for (var attempt = 0; ; attempt++)
            {
                // Who has waited in the queue while the first looked in vain need not look again.
                if (
                    _busySince is { } since
                    && time.GetElapsedTime(_busyAt) <= LongestGap
                    && time.GetElapsedTime(since) >= busyTimeout
                    && time.GetElapsedTime(arrived) >= busyTimeout
                )
                {
                    throw Busy(connection, time.GetElapsedTime(since), busy);
                }

                cancellationToken.ThrowIfCancellationRequested();
                var started = time.GetTimestamp();
                try
                {
                    await begin.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
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

                // Both times have to be over until it gives up, so it pauses for the longer one.
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
    }

    private ProfileDatabaseException Busy(DbConnection connection, TimeSpan held, DbException? cause) =>
        new(
            $"Another process has held the write lock of the file {connection.DataSource} for "
                + $"{held.TotalSeconds:0.#} s: "
                + "nothing was written, and the call can be made again. Look for a process that stands "
                + "still while it writes (in a "
                + "debugger, stopped, or in a long transaction of its own on this file), and let it go on "
                + "or end it. How long a "
                + $"call waits is {nameof(DatabaseStoreOptions)}.{nameof(DatabaseStoreOptions.BusyTimeout)}, "
                + $"{busyTimeout.TotalSeconds:0.###} s here.",
            cause
        );
}
