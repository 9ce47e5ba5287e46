using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace CustomerProfiles.Benchmarks;

/// <summary>
/// A host as configured in one line: the in-memory store, one provider, the system clock, no listener to logs or
/// metrics.
/// </summary>
internal sealed class BenchmarkHost : IDisposable
{
    private readonly ServiceProvider _services;

    public BenchmarkHost(bool hasProvider = true)
    {
        var services = new ServiceCollection();
        var profiles = services.AddCustomerProfiles(options => options.MaxFirstChecksPerHour = null);
        if (hasProvider)
        {
            profiles.AddProvider(new QuietProvider());
        }

        _services = services.BuildServiceProvider();
        Profiles = _services.GetRequiredService<ICustomerProfiles>();
        Store = _services.GetRequiredService<ICustomerProfileStore>();
        Clock = _services.GetRequiredService<IClock>();
    }

    public ICustomerProfiles Profiles { get; }

    public ICustomerProfileStore Store { get; }

    public IClock Clock { get; }

    /// <summary>Creates customers whose check has just been made, so that nothing is due.</summary>
    public CustomerProfile[] Know(params string[] from)
    {
        var now = Clock.GetCurrentInstant();
        var outcomes = Array.ConvertAll(
            from,
            one => Finished(Profiles.ConversationReceivedAsync(new Conversation("first", one, now)))
        );
        _services.GetRequiredService<ICheckRunner>().DrainAsync().AsTask().GetAwaiter().GetResult();
        return Array.ConvertAll(outcomes, outcome => outcome.Profile!);
    }

    public void Dispose() => _services.Dispose();

    /// <summary>The result of a call that completes synchronously, as all do with the in-memory store.</summary>
    public static T Finished<T>(ValueTask<T> task) =>
        task.IsCompletedSuccessfully
            ? task.Result
            : throw new InvalidOperationException("The in-memory store never waits.");

    /// <summary>Returns no match, synchronously.</summary>
    private sealed class QuietProvider : IProfileProvider
    {
        public string Name => "quiet";

        public Uri? ClaimPage => null;

        public ValueTask<ProviderResult> LookUpAsync(ProviderRequest request, CancellationToken cancellationToken) =>
            new(new ProviderResult.NoMatch());
    }
}
