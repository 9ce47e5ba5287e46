using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using NodaTime.Extensions;

namespace CustomerProfiles.Sample;

/// <summary>The library, registered for one run of the sample.</summary>
internal sealed class SampleSession : IAsyncDisposable
{
    private readonly SampleStore _store;
    private readonly ServiceProvider _services;

    private SampleSession(SampleStore store, ServiceProvider services, MailboxClock clock)
    {
        _store = store;
        _services = services;
        Clock = clock;
        Profiles = services.GetRequiredService<ICustomerProfiles>();
        Checks = services.GetRequiredService<ICheckRunner>();
    }

    public ICustomerProfiles Profiles { get; }

    public ICheckRunner Checks { get; }

    public MailboxClock Clock { get; }

    /// <summary>Opens a store for an import, and creates what is missing.</summary>
    /// <param name="store">The store.</param>
    /// <param name="fresh">Whether to delete what an earlier run left.</param>
    /// <param name="provider">The provider.</param>
    /// <param name="ownAddresses">The help desk's own addresses.</param>
    /// <param name="ownDomains">The help desk's own domains.</param>
    /// <param name="configure">Registers more services; null for none.</param>
    public static SampleSession OpenForImport(
        SampleStore store,
        bool fresh,
        SampleProvider provider,
        IEnumerable<string> ownAddresses,
        IEnumerable<string> ownDomains,
        Action<IServiceCollection>? configure = null
    )
    {
        if (fresh)
        {
            store.Delete();
        }

        return Open(store, upgrade: true, provider, ownAddresses, ownDomains, configure);
    }

    /// <summary>Opens what an earlier run left, at the current time.</summary>
    /// <exception cref="BadInputException">There is nothing.</exception>
    public static SampleSession OpenExisting(
        SampleStore store,
        SampleProvider provider,
        Action<IServiceCollection>? configure = null
    )
    {
        store.ThrowIfMissing();
        return OpenNow(store, upgrade: false, provider, configure);
    }

    /// <summary>Opens a store at the current time, and creates what is missing.</summary>
    public static SampleSession OpenOrCreate(SampleStore store, SampleProvider provider) =>
        OpenNow(store, upgrade: true, provider, configure: null);

    /// <summary>Whether the store holds neither profiles nor a disabled provider.</summary>
    public async Task<bool> IsEmptyAsync(CancellationToken cancellationToken) =>
        (await Profiles.ListAsync(new ProfileQuery { PageSize = 1 }, cancellationToken)).Profiles.IsEmpty
        && (await Profiles.GetProvidersAsync(cancellationToken)).All(provider => provider.IsEnabled);

    /// <summary>
    /// Continues where an earlier run stopped. The clock follows the mail only in an empty store. A store that holds
    /// profiles continues at the current time, because its time must not run backwards.
    /// </summary>
    /// <param name="latest">The latest time that the caller has found in the store; null for none.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The number of attempts at checks that were still pending.</returns>
    public async Task<int> ResumeAsync(Instant? latest, CancellationToken cancellationToken)
    {
        Clock.MoveTo(TimeProvider.System.GetCurrentInstant());
        Clock.MoveTo(latest ?? Clock.Now);
        foreach (var provider in await Profiles.GetProvidersAsync(cancellationToken))
        {
            Clock.MoveTo(provider.ChangedAt ?? Clock.Now);
        }

        return await Checks.DrainAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _store.Release();
    }

    private static SampleSession OpenNow(
        SampleStore store,
        bool upgrade,
        SampleProvider provider,
        Action<IServiceCollection>? configure
    )
    {
        var session = Open(store, upgrade, provider, ownAddresses: [], ownDomains: [], configure);
        session.Clock.MoveTo(TimeProvider.System.GetCurrentInstant());
        return session;
    }

    private static SampleSession Open(
        SampleStore store,
        bool upgrade,
        SampleProvider provider,
        IEnumerable<string> ownAddresses,
        IEnumerable<string> ownDomains,
        Action<IServiceCollection>? configure
    )
    {
        var clock = new MailboxClock();
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(clock);
        configure?.Invoke(services);
        var builder = services
            .AddCustomerProfiles(options =>
            {
                // The limit protects against forged senders. A mailbox that somebody chose is imported as a whole.
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
        store.AddTo(builder, upgrade);
        return new SampleSession(
            store,
            services.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true, ValidateOnBuild = true }),
            clock
        );
    }
}
