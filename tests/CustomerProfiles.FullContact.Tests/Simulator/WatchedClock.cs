using Microsoft.Extensions.Time.Testing;

namespace CustomerProfiles.FullContact.Tests.Simulator;

/// <summary>A clock that stands still and says when somebody begins to wait on it.</summary>
internal sealed class WatchedClock : FakeTimeProvider
{
    private readonly TaskCompletionSource _waitedOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the first wait has begun.</summary>
    public Task WaitedOn => _waitedOn.Task;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        _waitedOn.TrySetResult();
        return timer;
    }
}
