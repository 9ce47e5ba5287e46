using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using CustomerProfiles.Tests.Stores;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using NodaTime;

namespace CustomerProfiles.Tests;

/// <summary>
/// A host with one clock in the test's hand and a provider that does what the test says. Checks run when the test
/// drains them.
/// </summary>
internal sealed class TestHost : IAsyncDisposable
{
    public const string Ada = "Ada Lovelace <ada@example.com>";

    /// <summary>When every host begins.</summary>
    public static readonly Instant Start = Instant.FromUtc(2026, 1, 31, 10, 15);

    public static readonly Actor Kim = Actor.Agent("kim");

    public static readonly Identity AdasAddress = IdentityOf("ada@example.com");

    private readonly ServiceProvider _services;
    private int _conversations;

    public TestHost(
        Action<CustomerProfilesOptions>? options = null,
        Action<CustomerProfilesBuilder>? builder = null,
        ICustomerProfileStore? store = null,
        TestTime? time = null,
        params FakeProvider[] providers
    )
    {
        Time = time ?? new TestTime(Start);
        Providers = providers.Length == 0 ? [new FakeProvider()] : providers;
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(Time);
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddFakeLogging());
        services.AddMetrics();
        var profiles = services.AddCustomerProfiles(options);
        foreach (var provider in Providers)
        {
            profiles.AddProvider(provider);
        }

        if (store is not null)
        {
            profiles.UseStore(store);
        }

        builder?.Invoke(profiles);
        _services = services.BuildServiceProvider(
            new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true }
        );
        Profiles = _services.GetRequiredService<ICustomerProfiles>();
        Checks = _services.GetRequiredService<CheckRunner>();
        Store = _services.GetRequiredService<ICustomerProfileStore>();
    }

    /// <summary>A host whose store does as the test says before and after each call.</summary>
    public static TestHost WithFaults(out FaultInjectingStore store)
    {
        var time = new TestTime(Start);
        store = new FaultInjectingStore(new InMemoryCustomerProfileStore(time));
        return new TestHost(store: store, time: time);
    }

    public TestTime Time { get; }

    public FakeProvider[] Providers { get; }

    public FakeProvider Provider => Providers[0];

    public ICustomerProfiles Profiles { get; }

    public CheckRunner Checks { get; }

    public ICustomerProfileStore Store { get; }

    public FakeLogCollector Logs => _services.GetFakeLogCollector();

    public Instant Now => Time.Now;

    public static Identity IdentityOf(string address) =>
        EmailAddress.TryParse(address, out var parsed)
            ? Identity.Email(parsed)
            : throw new ArgumentException(address, nameof(address));

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>A conversation, received now; a new one unless an id is given.</summary>
    public async Task<ConversationOutcome> ReceiveAsync(
        string? from = Ada,
        string? id = null,
        TenantId tenant = default
    ) => await Profiles.ForTenant(tenant).ConversationReceivedAsync(new Conversation(id ?? NextId(), from, Now));

    /// <summary>A conversation, composed now; a new one unless an id is given.</summary>
    public async Task<ConversationOutcome> ComposeAsync(string? to = Ada, string? id = null) =>
        await Profiles.ConversationComposedAsync(new ComposedConversation(id ?? NextId(), to, Now));

    /// <summary>What a new conversation, received now, decides for the first provider.</summary>
    public async Task<CheckDecision> DecideAsync(string? from = Ada, string? id = null) =>
        (await ReceiveAsync(from, id)).Checks[0];

    public async Task<int> DrainAsync() => await Checks.DrainAsync().AsTask().Soon();

    /// <summary>A drain that goes on while the test does something else.</summary>
    public Task<int> BeginDrain() => Checks.DrainAsync().AsTask().Soon();

    /// <summary>A known customer whose first check is done.</summary>
    public async Task<CustomerProfile> CheckedAsync(string from = Ada, string? conversation = null)
    {
        var id = (await ReceiveAsync(from, conversation)).Profile!.Id;
        (await DrainAsync()).Should().BeGreaterThan(0, "the first check is to run");
        return await ReadAsync(id);
    }

    /// <summary>A customer whose recheck is requested and not yet run.</summary>
    public async Task<CustomerProfile> DueAsync(string from = Ada)
    {
        var profile = await CheckedAsync(from);
        PassTwoMonths();
        (await DecideAsync(from)).Reason.Should().Be(CheckReason.Due);
        return profile;
    }

    /// <summary>
    /// A customer of whom the first provider has said that it will call, and the callback reference by which the result
    /// is taken.
    /// </summary>
    public async Task<(CustomerId Id, CallbackReference Callback)> WaitingAsync(
        string from = Ada,
        Duration? timeout = null
    )
    {
        Provider.Next(new ProviderResult.CallbackExpected(timeout ?? Duration.FromHours(1)));
        var id = (await CheckedAsync(from)).Id;
        (await CheckOfAsync(id))!.IsPending.Should().BeTrue();
        return (id, Provider.Questions.Last().Callback!);
    }

    /// <summary>Hands in a result from outside: what the provider knows of Ada, unless another is given.</summary>
    public async Task<CallbackReceipt> TakeAsync(
        CallbackReference callback,
        ProviderResult? result = null,
        CancellationToken cancellationToken = default
    ) =>
        await Get<IProviderCallbacks>()
            .CompleteAsync(callback, result ?? new ProviderResult.Matched(FakeProvider.Ada()), cancellationToken);

    /// <summary>How many paid results are counted for a day or month.</summary>
    public async Task<int> BudgetUsedAsync(string period, string provider = FakeProvider.DefaultName)
    {
        var of = new BudgetPeriod(provider, period);
        var most = 1;
        while (!await Store.TryReserveBudgetAsync(of, most, CancellationToken.None))
        {
            most++;
        }

        await Store.RefundAsync(of, CancellationToken.None);
        return most - 1;
    }

    /// <summary>Lets so much time pass that every check is due again.</summary>
    public void PassTwoMonths() => Time.Advance(TimeSpan.FromDays(63));

    public async Task<CustomerProfile> ReadAsync(CustomerId id) => (await Profiles.GetAsync(id))!;

    public async Task<CustomerProfile> ReadAsync(CustomerProfile profile) => await ReadAsync(profile.Id);

    public async Task<CheckState?> CheckOfAsync(CustomerId id, string provider = FakeProvider.DefaultName) =>
        (await Store.GetAsync(TenantId.Default, id, CancellationToken.None))?.GetCheck(provider);

    public async Task<CustomerProfile> EditAsync(CustomerId id, Action<ProfileEdit> change)
    {
        var edit = (await ReadAsync(id)).Edit(Kim);
        change(edit);
        return (await Profiles.SaveAsync(edit)).Should().BeOfType<SaveOutcome.Saved>().Subject.Profile;
    }

    public async Task SetEnabledAsync(bool isEnabled, string provider = FakeProvider.DefaultName)
    {
        var outcome = isEnabled
            ? await Profiles.EnableProviderAsync(provider, Kim)
            : await Profiles.DisableProviderAsync(provider, Kim);
        outcome.Should().BeTrue("the host has this provider");
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    /// <summary>Disposes of the host as <c>using</c> does.</summary>
    public void DisposeAtOnce() => _services.Dispose();

    private string NextId() => $"conversation-{Interlocked.Increment(ref _conversations)}-{GetHashCode()}";
}
