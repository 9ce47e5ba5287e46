namespace CustomerProfiles.Testing;

/// <summary>Holds calls until the test releases them, so that a test controls the order of events.</summary>
/// <remarks>Safe for any number of threads and calls. Once released or failed it holds no call.</remarks>
public sealed class HoldPoint
{
    private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the first call is held.</summary>
    public Task Reached => _arrived.Task;

    /// <summary>Releases every call. Does nothing when it was released or failed before.</summary>
    public void Open() => _opened.TrySetResult();

    /// <summary>Makes every call throw. Does nothing when it was released or failed before.</summary>
    /// <param name="exception">The exception.</param>
    public void Fail(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        _opened.TrySetException(exception);
    }

    /// <summary>Waits here until released.</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>A task that completes when released, or fails with the given exception.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task PassAsync(CancellationToken cancellationToken = default)
    {
        _arrived.TrySetResult();
        return _opened.Task.WaitAsync(cancellationToken);
    }
}
