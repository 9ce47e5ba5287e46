using CustomerProfiles.Sample.Stores;
using CustomerProfiles.Sample.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using NodaTime.Extensions;

namespace CustomerProfiles.Sample;

/// <summary>The library, put together for one run of the sample.</summary>
internal sealed class SampleSession : IAsyncDisposable
{
    private readonly SampleStore _store;
    private readonly ServiceProvider _services;

    private SampleSession(SampleStore store, ServiceProvider services, MailboxClock clock, TelemetryWatch? telemetry)
    {
        _store = store;
        _services = services;
        Clock = clock;
        telemetry?.Listen(services);
        Profiles = services.GetRequiredService<ICustomerProfiles>();
        Checks = services.GetRequiredService<ICheckRunner>();
    }

    public ICustomerProfiles Profiles { get; }

    public ICheckRunner Checks { get; }

    public MailboxClock Clock { get; }

    /// <summary>
    /// Opens a store to take mail in: what is missing is made, and what an earlier run left goes first if it is to.
    /// </summary>
    public static SampleSession OpenToTakeIn(
        SampleStore store,
        bool fresh,
        SampleProvider provider,
        IEnumerable<string> ownAddresses,
        IEnumerable<string> ownDomains,
        TelemetryWatch? telemetry
    )
    {
        if (fresh)
        {
            store.Remove();
        }

        return Open(store, upgrade: true, provider, ownAddresses, ownDomains, telemetry);
    }

    /// <summary>Opens what an earlier run left, at the present.</summary>
    public static SampleSession OpenAgain(SampleStore store, SampleProvider provider, TelemetryWatch? telemetry)
    {
        store.ThrowIfNothingIsKept();
        var session = Open(store, upgrade: false, provider, ownAddresses: [], ownDomains: [], telemetry);
        session.Clock.MoveTo(TimeProvider.System.GetCurrentInstant());
        return session;
    }

    /// <summary>Whether an earlier run left nothing that matters to what is taken in now.</summary>
    public async Task<bool> IsEmptyAsync(CancellationToken cancellationToken) =>
        (await Profiles.ListAsync(new ProfileQuery { PageSize = 1 }, cancellationToken)).Profiles.IsEmpty
        && (await Profiles.GetProvidersAsync(cancellationToken)).All(provider => provider.IsEnabled);

    /// <summary>
    /// Goes on with what an earlier run left. An empty store is told of a mailbox at the times of its messages, as if
    /// it had been there all along; one that holds profiles is told at the present, for time must not run backwards in
    /// it.
    /// </summary>
    /// <param name="latest">The latest time that the caller knows to stand in the store; null for none.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>How many attempts were made at checks that the earlier run had not ended.</returns>
    public async Task<int> GoOnAsync(Instant? latest, CancellationToken cancellationToken)
    {
        var changed = (await Profiles.GetProvidersAsync(cancellationToken)).Select(provider => provider.ChangedAt);
        foreach (
            var instant in changed.Append(latest).Append(TimeProvider.System.GetCurrentInstant()).OfType<Instant>()
        )
        {
            Clock.MoveTo(instant);
        }

        return await Checks.DrainAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _store.Release();
    }

    private static SampleSession Open(
        SampleStore store,
        bool upgrade,
        SampleProvider provider,
        IEnumerable<string> ownAddresses,
        IEnumerable<string> ownDomains,
        TelemetryWatch? telemetry
    )
    {
        var clock = new MailboxClock();
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(clock);
        telemetry?.AddTo(services);
        var builder = services
            .AddCustomerProfiles(options =>
            {
                // A mailbox is read as a whole, and somebody chose it: nobody forges senders meanwhile.
                options.MaxFirstChecksPerHour = null;
                foreach (var address in ownAddresses)
                {
                    options.OwnAddresses.Add(address);
                }

                foreach (var domain in ownDomains)
                {
                    options.OwnDomains.Add(domain);
                }
            })
            .AddFullContact(provider.Configure);
        store.Use(builder, upgrade);
        return new SampleSession(
            store,
            services.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true, ValidateOnBuild = true }),
            clock,
            telemetry
        );
    }
}
