using System.Collections.Concurrent;
using CustomerProfiles.Providers;

namespace CustomerProfiles.Testing;

/// <summary>
/// A provider that returns scripted results, records its requests, and can hold a request until the test releases it.
/// </summary>
/// <remarks>
/// Safe for any number of threads. Each scripted result is used once, in order; <see cref="DefaultResult"/> is used for
/// all other requests.
/// </remarks>
public sealed class FakeProvider : IProfileProvider
{
    /// <summary>The name unless another is given.</summary>
    public const string DefaultName = "fake";

    private readonly ConcurrentQueue<Func<ProviderRequest, CancellationToken, ValueTask<ProviderResult>>> _next = [];
    private readonly Lock _lock = new();
    private int _calls;
    private int _underWay;
    private int _mostAtOnce;

    /// <summary>Creates a provider that returns no match unless scripted.</summary>
    /// <param name="name">The provider's name: lower case and not blank.</param>
    public FakeProvider(string name = DefaultName)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Name = name;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public Uri? ClaimPage { get; set; } = new("https://provider.example.com/claim");

    /// <inheritdoc/>
    public ProviderPause? Pause { get; set; }

    /// <inheritdoc/>
    public ProviderBudget? Budget { get; set; }

    /// <summary>Decides whether a request can be looked up: with an e-mail address unless set.</summary>
    public Predicate<ProviderRequest> Accepts { get; set; } = request => !request.Emails.IsDefaultOrEmpty;

    /// <summary>The result when nothing is scripted: no match unless set.</summary>
    public ProviderResult DefaultResult { get; set; } = new ProviderResult.NoMatch();

    /// <summary>The number of lookups.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <summary>The most lookups that ran at once.</summary>
    public int MaxConcurrentCalls => Volatile.Read(ref _mostAtOnce);

    /// <summary>The requests, in order.</summary>
    public ConcurrentQueue<ProviderRequest> Requests { get; } = [];

    /// <summary>Scripts the result of the next lookup that has no script yet.</summary>
    /// <param name="result">The result.</param>
    /// <returns>This provider.</returns>
    public FakeProvider Next(ProviderResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return Next((_, _) => ValueTask.FromResult(result));
    }

    /// <summary>
    /// Scripts what happens at the next lookup that has no script yet: inspect it, wait, throw, return a result.
    /// </summary>
    /// <param name="script">The script.</param>
    /// <returns>This provider.</returns>
    public FakeProvider Next(Func<ProviderRequest, CancellationToken, ValueTask<ProviderResult>> script)
    {
        ArgumentNullException.ThrowIfNull(script);
        _next.Enqueue(script);
        return this;
    }

    /// <summary>Holds the next lookup that has no script yet, until the test releases it.</summary>
    /// <param name="ignoresItsToken">
    /// True to keep holding it when it is cancelled, as a badly behaved provider does.
    /// </param>
    /// <returns>The held lookup.</returns>
    public HeldResult HoldNext(bool ignoresItsToken = false)
    {
        var held = new HeldResult(ignoresItsToken);
        Next(held.RespondAsync);
        return held;
    }

    /// <inheritdoc/>
    public bool CanLookUp(ProviderRequest request) => Accepts(request);

    /// <inheritdoc/>
    public async ValueTask<ProviderResult> LookUpAsync(ProviderRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        Interlocked.Increment(ref _calls);
        Requests.Enqueue(request);
        lock (_lock)
        {
            _mostAtOnce = Math.Max(_mostAtOnce, ++_underWay);
        }

        try
        {
            return _next.TryDequeue(out var script)
                ? await script(request, cancellationToken).ConfigureAwait(false)
                : DefaultResult;
        }
        finally
        {
            lock (_lock)
            {
                _underWay--;
            }
        }
    }
}
