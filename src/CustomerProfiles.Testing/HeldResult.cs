using CustomerProfiles.Providers;

namespace CustomerProfiles.Testing;

/// <summary>A question to <see cref="FakeProvider"/> that is held open until the test answers it.</summary>
/// <remarks>Safe for any number of threads.</remarks>
public sealed class HeldResult
{
    private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<ProviderResult> _answer = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private readonly bool _ignoresItsToken;

    internal HeldResult(bool ignoresItsToken) => _ignoresItsToken = ignoresItsToken;

    /// <summary>Ends when the question is put.</summary>
    public Task Reached => _arrived.Task;

    /// <summary>Whether the question was put.</summary>
    public bool IsReached => _arrived.Task.IsCompleted;

    /// <summary>
    /// The token that the provider was given with the question; <c>default</c> until <see cref="Reached"/>.
    /// </summary>
    public CancellationToken Token { get; private set; }

    /// <summary>Answers the question. Does nothing when it was answered or failed already.</summary>
    /// <param name="result">The answer; that the provider knows nobody, unless given.</param>
    public void Release(ProviderResult? result = null) => _answer.TrySetResult(result ?? new ProviderResult.NoMatch());

    /// <summary>Lets the provider throw. Does nothing when the question was answered or failed already.</summary>
    /// <param name="exception">What it throws.</param>
    public void Throw(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        _answer.TrySetException(exception);
    }

    internal async ValueTask<ProviderResult> RespondAsync(ProviderRequest request, CancellationToken cancellationToken)
    {
        Token = cancellationToken;
        _arrived.TrySetResult();
        return await (_ignoresItsToken ? _answer.Task : _answer.Task.WaitAsync(cancellationToken)).ConfigureAwait(
            false
        );
    }
}
