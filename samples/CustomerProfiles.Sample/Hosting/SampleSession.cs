using CustomerProfiles.Stores;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using NodaTime;
using NodaTime.Extensions;

namespace CustomerProfiles.Sample;

/// <summary>The library, registered for one run of the sample.</summary>
internal sealed class SampleSession : IAsyncDisposable
{
    /// <summary>The custom property by which a customer stays, whatever their age.</summary>
    public const string LegalHoldProperty = "legal-hold";

    private readonly SampleStore _store;
    private readonly ServiceProvider _services;

    private SampleSession(SampleStore store, ServiceProvider services, MailboxClock clock)
    {
        _store = store;
        _services = services;
        Clock = clock;
        Profiles = services.GetRequiredService<ICustomerProfiles>();
        Checks = services.GetRequiredService<ICheckRunner>();
        Events = services.GetRequiredService<ReceivedEvents>();
    }

    public ICustomerProfiles Profiles { get; }

    public ICheckRunner Checks { get; }

    public ReceivedEvents Events { get; }

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
    /// Finds out whether there are all the keys by which erased customers are recognised. A host with background
    /// services does so by itself when it starts.
    /// </summary>
    /// <exception cref="BadInputException">A key is missing.</exception>
    public async Task ThrowIfErasureKeyIsMissingAsync(CancellationToken cancellationToken)
    {
        if (_services.GetRequiredService<ICustomerProfileStore>() is not IErasureStore erasures)
        {
            return;
        }

        var keys = _services.GetRequiredService<IOptions<CustomerProfilesOptions>>().Value.ErasureKeys;
        // The id of the key stands before the colon, and is made of the secret.
        var marks = await erasures.GetMarkKeysAsync(cancellationToken);
        var needed = marks.Select(key => key.Split(':')[0]);
        if (needed.Except(keys.Select(key => key.Id)).FirstOrDefault() is { } missing)
        {
            throw new BadInputException(
                $"Some erased customers are recognised by the key {missing} only, and it is not there. Set the "
                    + $"environment variable {ErasureKeyVariable.Name} to it."
            );
        }
    }

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

    /// <summary>
    /// Delivers the events of what has happened to customers, in this run and before: a command only leaves its events
    /// in the store. In a host with background services they are delivered by themselves.
    /// </summary>
    public async Task DeliverEventsAsync(CancellationToken cancellationToken) =>
        await _services.GetRequiredService<ICustomerEventRunner>().DrainAsync(cancellationToken);

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
        var erasureKey = ErasureKeyVariable.Read();
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(clock);
        services.AddSingleton<ReceivedEvents>();
        configure?.Invoke(services);
        var builder = services
            .AddCustomerProfiles(options =>
            {
                // The limit protects against forged senders. A mailbox that somebody chose is imported as a whole.
                options.MaxFirstChecksPerHour = null;
                options.SuggestDuplicates = true;
                options.LegalHoldProperty = LegalHoldProperty;
                if (erasureKey is not null)
                {
                    options.ErasureKeys.Add(erasureKey);
                }

                foreach (var address in ownAddresses)
                {
                    options.OwnAddresses.Add(address);
                }

                foreach (var domain in ownDomains)
                {
                    options.OwnDomains.Add(domain);
                }
            })
            .AddFullContact(provider.Configure)
            .AddEvents<ReceivedEvents.Handler>();
        store.AddTo(builder, upgrade);
        return new SampleSession(
            store,
            services.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true, ValidateOnBuild = true }),
            clock
        );
    }
}
