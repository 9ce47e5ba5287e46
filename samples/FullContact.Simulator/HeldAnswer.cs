namespace FullContact.Simulator;

/// <summary>
/// An answer that is held back until somebody lets it go, so that things can happen while a question is under way.
/// Disposing it lets it go.
/// </summary>
public sealed class HeldAnswer : IDisposable
{
    private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal HeldAnswer() { }

    /// <summary>Ends when the question has arrived.</summary>
    public Task Arrived => _arrived.Task;

    /// <summary>Lets the answer go.</summary>
    public void Release() => _released.TrySetResult();

    /// <inheritdoc/>
    public void Dispose() => Release();

    internal Task HoldAsync(CancellationToken cancellationToken)
    {
        _arrived.TrySetResult();
        return _released.Task.WaitAsync(cancellationToken);
    }
}
