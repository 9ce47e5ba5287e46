using Microsoft.Extensions.Time.Testing;

namespace CustomerProfiles.FullContact.Tests.Simulator;

/// <summary>A clock that does not move and reports when somebody begins to wait.</summary>
internal sealed class WatchedClock : FakeTimeProvider
{
    private readonly TaskCompletionSource _waitedOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the first wait has begun.</summary>
    public Task WaitedOn => _waitedOn.Task;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        _waitedOn.TrySetResult();
        return timer;
    }
}
