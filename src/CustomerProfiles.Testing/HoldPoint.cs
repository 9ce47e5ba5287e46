namespace CustomerProfiles.Testing;

/// <summary>Holds calls until the test releases them, so that a test controls the order of events.</summary>
/// <remarks>Safe for any number of threads and calls. Once released or failed it holds no call.</remarks>
public sealed class HoldPoint
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the first call is held.</summary>
    public Task Reached => _reached.Task;

    /// <summary>Releases every call. Does nothing when it was released or failed before.</summary>
    public void Release() => _released.TrySetResult();

    /// <summary>Makes every call throw. Does nothing when it was released or failed before.</summary>
    /// <param name="exception">The exception.</param>
    public void Fail(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        _released.TrySetException(exception);
    }

    /// <summary>Waits here until released.</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>A task that completes when released, or fails with the given exception.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task WaitAsync(CancellationToken cancellationToken = default)
    {
        _reached.TrySetResult();
        return _released.Task.WaitAsync(cancellationToken);
    }
}
