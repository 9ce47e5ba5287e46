using Microsoft.Extensions.Time.Testing;

namespace CustomerProfiles.FullContact.AspNetCore.Tests.Support;

/// <summary>
/// A clock in the test's hand that also tells when somebody has begun to wait, so that no test has to guess.
/// </summary>
internal sealed class TestTime() : FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero))
{
    private readonly Lock _lock = new();
    private readonly List<(TimeSpan Due, TaskCompletionSource Begun)> _awaited = [];

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
            _awaited.RemoveAll(awaited => awaited.Due == dueTime && awaited.Begun.TrySetResult());
        }

        return timer;
    }
}
