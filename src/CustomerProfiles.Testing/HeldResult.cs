using CustomerProfiles.Providers;

namespace CustomerProfiles.Testing;

/// <summary>A lookup of <see cref="FakeProvider"/> that is held until the test releases it.</summary>
/// <remarks>Safe for any number of threads.</remarks>
public sealed class HeldResult
{
    private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<ProviderResult> _result = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private readonly bool _ignoresItsToken;

    internal HeldResult(bool ignoresItsToken) => _ignoresItsToken = ignoresItsToken;

    /// <summary>Completes when the lookup begins.</summary>
    public Task Reached => _arrived.Task;

    /// <summary>Whether the lookup has begun.</summary>
    public bool IsReached => _arrived.Task.IsCompleted;

    /// <summary>The token of the lookup; <c>default</c> until <see cref="Reached"/>.</summary>
    public CancellationToken Token { get; private set; }

    /// <summary>Returns a result. Does nothing when the lookup has already returned or thrown.</summary>
    /// <param name="result">The result; no match unless given.</param>
    public void Release(ProviderResult? result = null) => _result.TrySetResult(result ?? new ProviderResult.NoMatch());

    /// <summary>Makes the lookup throw. Does nothing when it has already returned or thrown.</summary>
    /// <param name="exception">The exception.</param>
    public void Throw(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        _result.TrySetException(exception);
    }

    internal async ValueTask<ProviderResult> RespondAsync(ProviderRequest request, CancellationToken cancellationToken)
    {
        Token = cancellationToken;
        _arrived.TrySetResult();
        return await (_ignoresItsToken ? _result.Task : _result.Task.WaitAsync(cancellationToken)).ConfigureAwait(
            false
        );
    }
}
