using System.Collections.Concurrent;
using CustomerProfiles.Providers;

namespace CustomerProfiles.Testing;

/// <summary>
/// A provider that injects faults into the lookups of another. With a fault before it, the lookup is never made; with a
/// fault after it, the result may be paid for, and the host never gets it.
/// </summary>
/// <remarks>
/// Safe for any number of threads. Without faults it behaves like the inner provider. Each scripted fault applies to
/// one lookup, in order.
/// </remarks>
public sealed class FaultInjectingProvider : IProfileProvider
{
    private readonly IProfileProvider _inner;
    private readonly ConcurrentQueue<Fault> _next = [];

    /// <summary>Wraps a provider, under the same name.</summary>
    /// <param name="inner">The wrapped provider.</param>
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

    /// <summary>The fault of every lookup that has no script; null for none.</summary>
    public Fault? Always { get; set; }

    /// <summary>Scripts a fault of the next lookup that has no script yet.</summary>
    /// <param name="fault">The fault; null for none.</param>
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
