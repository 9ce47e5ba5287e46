using Microsoft.Extensions.DependencyInjection;

namespace CustomerProfiles.Sample.Tests;

/// <summary>A store with one customer, on which commands are run one after the other.</summary>
internal sealed class CommandScene : IAsyncDisposable
{
    private readonly KeptProfiles _folder;
    private readonly SampleProvider _provider;
    private readonly SampleSession _session;

    private CommandScene(KeptProfiles folder, SampleProvider provider, SampleSession session)
    {
        _folder = folder;
        _provider = provider;
        _session = session;
    }

    public static string Ada => "ada.lovelace@example.org";

    public ICustomerProfiles Profiles => _session.Profiles;

    public MailboxClock Clock => _session.Clock;

    /// <param name="choose">Chooses the store; it may be a file in this folder.</param>
    /// <param name="configure">Sets more options; null for none.</param>
    public static async Task<CommandScene> StartAsync(
        Func<KeptProfiles, StoreChoice> choose,
        Action<CustomerProfilesOptions>? configure = null
    )
    {
        var folder = new KeptProfiles();
        var provider = SampleProvider.Unused();
        var store = SampleStore.Of(choose(folder));
        var session = SampleSession.OpenForImport(
            store,
            fresh: false,
            provider,
            ownAddresses: [],
            ownDomains: [],
            services => services.Configure(configure ?? (_ => { }))
        );
        session.Clock.MoveTo(NodaTime.Instant.FromUtc(2026, 3, 1, 12, 0));
        await session.Profiles.ConversationReceivedAsync(new Conversation("1", Ada, session.Clock.Now));
        return new CommandScene(folder, provider, session);
    }

    public Task<CustomerProfile> ReadAsync() => ReadAsync(Ada);

    /// <summary>Reads the customer who has an address.</summary>
    public async Task<CustomerProfile> ReadAsync(string address) =>
        (await Profiles.FindAsync(Identity.Email(EmailAddress.Parse(address))))!;

    /// <summary>Creates a customer by a conversation.</summary>
    public async Task<CustomerProfile> AddAsync(string address)
    {
        var conversation = new Conversation($"of {address}", address, Clock.Now);
        return (await Profiles.ConversationReceivedAsync(conversation)).Profile!;
    }

    /// <summary>Saves an edit of an agent who does not use the console.</summary>
    public Task EditAsync(Action<ProfileEdit> change, string agent = "lee") => EditAsync(Ada, change, agent);

    /// <summary>Saves an edit of an agent who does not use the console.</summary>
    public async Task EditAsync(string address, Action<ProfileEdit> change, string agent = "lee")
    {
        var edit = (await ReadAsync(address)).Edit(Actor.Agent(agent));
        change(edit);
        (await Profiles.SaveAsync(edit)).Should().BeOfType<SaveOutcome.Saved>();
    }

    public async Task<HistoryPage> HistoryAsync() => (await Profiles.History.GetAsync((await ReadAsync()).Id))!;

    /// <summary>Runs a command that returns whether it succeeded.</summary>
    /// <param name="command">The command.</param>
    /// <param name="report">What captures its output; null for a new one.</param>
    public async Task<(bool Succeeded, CapturedReport Report)> RunAsync(
        Func<CustomerCommands, Task<bool>> command,
        CapturedReport? report = null
    )
    {
        report ??= new CapturedReport();
        return (await command(new CustomerCommands(_session, report)), report);
    }

    /// <summary>Runs a command that either succeeds or throws.</summary>
    public async Task<CapturedReport> RunAsync(Func<CustomerCommands, Task> command)
    {
        var report = new CapturedReport();
        await command(new CustomerCommands(_session, report));
        return report;
    }

    public Task<(bool Succeeded, CapturedReport Report)> RevertAsync(
        long entry,
        RevertScope scope = RevertScope.OneChange,
        bool isConfirmed = true
    ) => RunAsync(commands => commands.RevertAsync(Ada, entry, scope, isConfirmed, default));

    public async ValueTask DisposeAsync()
    {
        await _session.DisposeAsync();
        await _provider.DisposeAsync();
        _folder.Dispose();
    }
}
