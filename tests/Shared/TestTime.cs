using Microsoft.Extensions.Time.Testing;
using NodaTime;

namespace CustomerProfiles;

/// <summary>
/// A clock that only the test advances. It also reports when somebody begins to wait, so a test need not guess.
/// </summary>
internal sealed class TestTime(Instant start) : FakeTimeProvider(start.ToDateTimeOffset())
{
    private readonly Lock _lock = new();
    private readonly List<(TimeSpan Due, TaskCompletionSource Begun)> _awaited = [];
    private readonly List<TimeSpan> _begun = [];

    public TestTime()
        : this(Instant.FromUtc(2026, 3, 1, 12, 0)) { }

    public Instant Now => Instant.FromDateTimeOffset(GetUtcNow());

    /// <summary>How often somebody began to wait for this long.</summary>
    public int WaitsOf(TimeSpan due)
    {
        lock (_lock)
        {
            return _begun.Count(begun => begun == due);
        }
    }

    /// <summary>Ends as soon as somebody begins to wait for this long, counted from this call.</summary>
    public Task NextWaitOf(TimeSpan due)
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _awaited.Add((due, begun));
        }

        return begun.Task.Soon();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        lock (_lock)
        {
            _begun.Add(dueTime);
            _awaited.RemoveAll(awaited => awaited.Due == dueTime && awaited.Begun.TrySetResult());
        }

        return timer;
    }

    /// <summary>Advances the clock to a later instant.</summary>
    public void GoTo(Instant instant) => Advance((instant - Now).ToTimeSpan());
}
