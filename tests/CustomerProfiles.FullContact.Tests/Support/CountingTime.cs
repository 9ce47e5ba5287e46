using Microsoft.Extensions.Time.Testing;

namespace CustomerProfiles.FullContact.Tests.Support;

/// <summary>A clock that stands still until it is advanced, and counts the timers that were set on it.</summary>
internal sealed class CountingTime : FakeTimeProvider
{
    private int _timersSet;

    public int TimersSet => Volatile.Read(ref _timersSet);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        Interlocked.Increment(ref _timersSet);
        return timer;
    }
}
