namespace CustomerProfiles.Testing;

/// <summary>
/// A place at which a call stops until the test lets it go on, so that a test can set an order where chance would.
/// </summary>
/// <remarks>
/// Safe for any number of threads. Any number of calls can stop at it; once opened or failed it stops nobody.
/// </remarks>
public sealed class HoldPoint
{
    private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the first call stops here.</summary>
    public Task Reached => _arrived.Task;

    /// <summary>Lets every call go on. Does nothing when the gate is open or has failed.</summary>
    public void Open() => _opened.TrySetResult();

    /// <summary>Lets every call throw. Does nothing when the gate is open or has failed.</summary>
    /// <param name="exception">What it throws.</param>
    public void Fail(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        _opened.TrySetException(exception);
    }

    /// <summary>Stops here until the gate is open.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>A task that ends when the gate is open, or with what it was failed with.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task PassAsync(CancellationToken cancellationToken = default)
    {
        _arrived.TrySetResult();
        return _opened.Task.WaitAsync(cancellationToken);
    }
}
