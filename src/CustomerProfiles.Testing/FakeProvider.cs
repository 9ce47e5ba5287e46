using System.Collections.Concurrent;
using CustomerProfiles.Providers;

namespace CustomerProfiles.Testing;

/// <summary>
/// A provider that answers what the test tells it to, remembers what it was asked, and can hold a question open.
/// </summary>
/// <remarks>
/// Safe for any number of threads. What is scripted answers one question each, in order; <see cref="DefaultResult"/>
/// answers all others.
/// </remarks>
public sealed class FakeProvider : IProfileProvider
{
    /// <summary>The name of a provider that is given none.</summary>
    public const string DefaultName = "fake";

    private readonly ConcurrentQueue<Func<ProviderRequest, CancellationToken, ValueTask<ProviderResult>>> _next = [];
    private readonly Lock _lock = new();
    private int _calls;
    private int _underWay;
    private int _mostAtOnce;

    /// <summary>Makes a provider that knows nobody until it is told otherwise.</summary>
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

    /// <summary>By what it can be asked: an e-mail address unless set.</summary>
    public Predicate<ProviderRequest> Accepts { get; set; } = request => !request.Emails.IsDefaultOrEmpty;

    /// <summary>What it answers when nothing else is scripted: that it knows nobody, unless set.</summary>
    public ProviderResult DefaultResult { get; set; } = new ProviderResult.NoMatch();

    /// <summary>How often it was asked.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <summary>The most questions that were ever open at once.</summary>
    public int MaxConcurrentCalls => Volatile.Read(ref _mostAtOnce);

    /// <summary>What it was asked, in order.</summary>
    public ConcurrentQueue<ProviderRequest> Requests { get; } = [];

    /// <summary>Scripts the answer to the next question for which nothing is scripted yet.</summary>
    /// <param name="result">The answer.</param>
    /// <returns>This provider.</returns>
    public FakeProvider Next(ProviderResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return Next((_, _) => ValueTask.FromResult(result));
    }

    /// <summary>
    /// Scripts what is done about the next question for which nothing is scripted yet: look at it, wait, throw, answer.
    /// </summary>
    /// <param name="script">What is done.</param>
    /// <returns>This provider.</returns>
    public FakeProvider Next(Func<ProviderRequest, CancellationToken, ValueTask<ProviderResult>> script)
    {
        ArgumentNullException.ThrowIfNull(script);
        _next.Enqueue(script);
        return this;
    }

    /// <summary>Holds the next question for which nothing is scripted yet open, until the test answers it.</summary>
    /// <param name="ignoresItsToken">True to hold it although it is cancelled, as a provider that is not well-behaved
    /// does.</param>
    /// <returns>The question, held.</returns>
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
