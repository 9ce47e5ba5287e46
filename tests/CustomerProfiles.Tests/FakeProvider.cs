using System.Collections.Concurrent;
using CustomerProfiles.Providers;
using NodaTime;

namespace CustomerProfiles.Tests;

/// <summary>
/// A provider that says what the test tells it to, counts its calls, and can hold a call open.
/// </summary>
internal sealed class FakeProvider(string name = FakeProvider.DefaultName) : IProfileProvider
{
    public const string DefaultName = "fake";

    private readonly ConcurrentQueue<Func<ProviderRequest, CancellationToken, ValueTask<ProviderResult>>> _next = [];
    private readonly Lock _lock = new();
    private int _calls;
    private int _underWay;

    public string Name => name;

    public Uri? ClaimPage => new("https://provider.example.com/claim");

    public ProviderPause? Pause { get; set; }

    /// <summary>It costs nothing unless set. Null is for one of which the host is warned.</summary>
    public ProviderBudget? Budget { get; set; } = new(null, null);

    /// <summary>What it can look up by: an e-mail address unless set.</summary>
    public Predicate<ProviderRequest> Takes { get; set; } = request => !request.Emails.IsEmpty;

    /// <summary>How often it was called.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <summary>The most calls that were ever under way at once.</summary>
    public int HighWater { get; private set; }

    public ConcurrentQueue<ProviderRequest> Questions { get; } = [];

    /// <summary>Its result when nothing else is scripted.</summary>
    public ProviderResult Otherwise { get; set; } = new ProviderResult.Matched(Ada());

    /// <summary>What a provider knows of Ada.</summary>
    public static PublicInformation Ada(
        string photo = "https://photos.example.com/ada-1.jpg",
        string location = "London"
    ) =>
        new()
        {
            Photo = new Photo(new Uri(photo)),
            Location = location,
            Bio = "Wrote the first program.",
            Name = new PersonName("Augusta Ada King"),
            Company = "Analytical Engines",
            JobTitle = "Countess",
            SocialProfiles = [new SocialProfile("github", new Uri("https://social.example.com/ada"), "ada")],
            Websites = [new Uri("https://ada.example.com/")],
        };

    public FakeProvider Next(ProviderResult result) => Next((_, _) => ValueTask.FromResult(result));

    public FakeProvider Next(Func<ProviderRequest, CancellationToken, ValueTask<ProviderResult>> script)
    {
        _next.Enqueue(script);
        return this;
    }

    /// <summary>Holds the next call open until the test lets go of it.</summary>
    public HeldCall HoldNext(bool ignoresItsToken = false)
    {
        var held = new HeldCall(ignoresItsToken);
        Next(held.RespondAsync);
        return held;
    }

    public bool CanLookUp(ProviderRequest request) => Takes(request);

    public async ValueTask<ProviderResult> LookUpAsync(ProviderRequest request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _calls);
        Questions.Enqueue(request);
        lock (_lock)
        {
            HighWater = Math.Max(HighWater, ++_underWay);
        }

        try
        {
            return _next.TryDequeue(out var script) ? await script(request, cancellationToken) : Otherwise;
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

/// <summary>A call that is held open.</summary>
internal sealed class HeldCall(bool ignoresItsToken)
{
    private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<ProviderResult> _result = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );

    /// <summary>Ends when the provider is called.</summary>
    public Task Arrived => _arrived.Task.Soon();

    public bool HasArrived => _arrived.Task.IsCompleted;

    /// <summary>The token that the provider was given.</summary>
    public CancellationToken Token { get; private set; }

    public void Release(ProviderResult? result = null) =>
        _result.TrySetResult(result ?? new ProviderResult.Matched(FakeProvider.Ada()));

    /// <summary>Lets go of it on one thread while another does something: either may be first.</summary>
    public Task ReleaseWhile(Func<Task> act) =>
        Repeat.AtOnce(
            2,
            async i =>
            {
                if (i == 0)
                {
                    Release();
                }
                else
                {
                    await act();
                }

                return true;
            }
        );

    public void Throw(Exception exception) => _result.TrySetException(exception);

    public async ValueTask<ProviderResult> RespondAsync(ProviderRequest request, CancellationToken cancellationToken)
    {
        Token = cancellationToken;
        _arrived.TrySetResult();
        return ignoresItsToken ? await _result.Task : await _result.Task.WaitAsync(cancellationToken);
    }
}
