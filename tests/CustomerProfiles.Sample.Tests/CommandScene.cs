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

    /// <param name="choose">Chooses the store; it may be a file in this folder.</param>
    public static async Task<CommandScene> StartAsync(Func<KeptProfiles, StoreChoice> choose)
    {
        var folder = new KeptProfiles();
        var provider = SampleProvider.Unused();
        var store = SampleStore.Of(choose(folder));
        var session = SampleSession.OpenForImport(store, fresh: false, provider, ownAddresses: [], ownDomains: []);
        session.Clock.MoveTo(NodaTime.Instant.FromUtc(2026, 3, 1, 12, 0));
        await session.Profiles.ConversationReceivedAsync(new Conversation("1", Ada, session.Clock.Now));
        return new CommandScene(folder, provider, session);
    }

    public async Task<CustomerProfile> ReadAsync() =>
        (await Profiles.FindAsync(Identity.Email(EmailAddress.Parse(Ada))))!;

    /// <summary>Saves an edit of an agent who does not use the console.</summary>
    public async Task EditAsync(Action<ProfileEdit> change, string agent = "lee")
    {
        var edit = (await ReadAsync()).Edit(Actor.Agent(agent));
        change(edit);
        (await Profiles.SaveAsync(edit)).Should().BeOfType<SaveOutcome.Saved>();
    }

    public async Task<HistoryPage> HistoryAsync() => (await Profiles.History.GetAsync((await ReadAsync()).Id))!;

    /// <summary>Runs a command that returns whether it succeeded.</summary>
    public async Task<(bool Succeeded, CapturedReport Report)> RunAsync(Func<CustomerCommands, Task<bool>> command)
    {
        var report = new CapturedReport();
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
