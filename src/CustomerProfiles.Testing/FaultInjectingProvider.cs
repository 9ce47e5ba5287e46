using System.Collections.Concurrent;
using CustomerProfiles.Providers;

namespace CustomerProfiles.Testing;

/// <summary>
/// A provider around another, into whose questions a test can step. With trouble before, the question is never put;
/// with trouble after, it was answered, and may be paid, and the host never hears of it.
/// </summary>
/// <remarks>
/// Safe for any number of threads. Without any trouble it does what the provider inside does. What is scripted concerns
/// one question each, in order.
/// </remarks>
public sealed class FaultInjectingProvider : IProfileProvider
{
    private readonly IProfileProvider _inner;
    private readonly ConcurrentQueue<Fault> _next = [];

    /// <summary>Makes a provider around another, under the same name.</summary>
    /// <param name="inner">The provider inside.</param>
    public FaultInjectingProvider(IProfileProvider inner)
    {
        ArgumentNullException.ThrowIfNull(inner);
        _inner = inner;
    }

    /// <inheritdoc/>
    public string Name => _inner.Name;

    /// <inheritdoc/>
    public Uri? ClaimPage => _inner.ClaimPage;

    /// <inheritdoc/>
    public Uri? OptOutPage => _inner.OptOutPage;

    /// <inheritdoc/>
    public ProviderPause? Pause => _inner.Pause;

    /// <inheritdoc/>
    public ProviderBudget? Budget => _inner.Budget;

    /// <summary>The trouble with every question for which nothing is scripted; null for none.</summary>
    public Fault? Always { get; set; }

    /// <summary>Puts trouble in the way of the next question for which nothing is scripted yet.</summary>
    /// <param name="fault">What happens; null to let the question through.</param>
    /// <returns>This provider.</returns>
    public FaultInjectingProvider Next(Fault? fault)
    {
        _next.Enqueue(fault ?? Fault.Before(_ => Task.CompletedTask));
        return this;
    }

    /// <inheritdoc/>
    public bool CanLookUp(ProviderRequest request) => _inner.CanLookUp(request);

    /// <inheritdoc/>
    public async ValueTask<ProviderResult> LookUpAsync(ProviderRequest request, CancellationToken cancellationToken)
    {
        var fault = _next.TryDequeue(out var scripted) ? scripted : Always;
        if (fault is null)
        {
            return await _inner.LookUpAsync(request, cancellationToken).ConfigureAwait(false);
        }

        await fault.BeforeAsync(cancellationToken).ConfigureAwait(false);
        var result = await _inner.LookUpAsync(request, cancellationToken).ConfigureAwait(false);
        await fault.AfterAsync(cancellationToken).ConfigureAwait(false);
        return result;
    }
}
