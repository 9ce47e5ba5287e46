namespace FullContact.Simulator;

/// <summary>
/// A response that is held until it is released, so that a test can act while a lookup is running. Disposing it
/// releases the response.
/// </summary>
public sealed class HeldResponse : IDisposable
{
    private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal HeldResponse() { }

    /// <summary>Completes when the lookup has arrived.</summary>
    public Task Arrived => _arrived.Task;

    /// <summary>Releases the response.</summary>
    public void Release() => _released.TrySetResult();

    /// <inheritdoc/>
    public void Dispose() => Release();

    internal Task HoldAsync(CancellationToken cancellationToken)
    {
        _arrived.TrySetResult();
        return _released.Task.WaitAsync(cancellationToken);
    }
}
