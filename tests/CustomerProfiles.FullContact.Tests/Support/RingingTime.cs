using System.Collections.Concurrent;

namespace CustomerProfiles.FullContact.Tests.Support;

/// <summary>
/// A clock on which every wait up to a limit ends at once and is recorded, and a longer one never ends. So the pauses
/// between calls can be tested without waiting, and no deadline passes.
/// </summary>
internal sealed class RingingTime(TimeSpan limit) : TimeProvider
{
    private readonly TimeSpan _limit = limit;
    private long _now = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero).UtcTicks;

    /// <summary>The waits, in order.</summary>
    public ConcurrentQueue<TimeSpan> Waits { get; } = [];

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Volatile.Read(ref _now);

    public override DateTimeOffset GetUtcNow() => new(Volatile.Read(ref _now), TimeSpan.Zero);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var bell = new Bell(this, () => callback(state));
        bell.Change(dueTime, period);
        return bell;
    }

    private sealed class Bell(RingingTime time, Action ring) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime >= TimeSpan.Zero && dueTime <= time._limit)
            {
                time.Waits.Enqueue(dueTime);
                Interlocked.Add(ref time._now, dueTime.Ticks);
                ThreadPool.QueueUserWorkItem(_ => ring());
            }

            return true;
        }

        public void Dispose() { }

        public ValueTask DisposeAsync() => default;
    }
}
