using System.Globalization;
using FullContact.Simulator;

namespace CustomerProfiles.ManyHosts.Tests;

/// <summary>Hosts in processes of their own, over one database and one FullContact.</summary>
internal sealed class Fleet : IAsyncDisposable
{
    public const int Six = 6;

    private const string ReportingKey = "Reporting-Key";

    private readonly PostgreSqlDatabase _database;
    private readonly List<HostProcess> _hosts = [];

    private Fleet(PostgreSqlDatabase database, FullContactSimulator simulator)
    {
        _database = database;
        Simulator = simulator;
        Tables = new ProfileTables(database);
    }

    public IReadOnlyList<HostProcess> Hosts => _hosts;

    public FullContactSimulator Simulator { get; private set; }

    public ProfileTables Tables { get; }

    /// <summary>How many commands are not carried out yet.</summary>
    public int Waiting => _hosts.Sum(host => host.Waiting);

    /// <summary>All hosts start at once, and find an empty database.</summary>
    public static async Task<Fleet> StartAsync(
        PostgreSqlServer server,
        int hosts,
        Func<int, HostSettings, HostSettings>? configure = null
    )
    {
        var fleet = new Fleet(
            await server.CreateDatabaseAsync(),
            await FullContactSimulator.StartAsync(FullContactSimulator.DefaultApiKey, LoopbackPort.Free())
        );
        try
        {
            await fleet.AddAsync(hosts, configure);
            return fleet;
        }
        catch
        {
            await fleet.DisposeAsync();
            throw;
        }
    }

    /// <summary>More hosts start, all at once.</summary>
    public async Task AddAsync(int hosts, Func<int, HostSettings, HostSettings>? configure = null) =>
        _hosts.AddRange(
            await Task.WhenAll(
                Enumerable
                    .Range(_hosts.Count, hosts)
                    .Select(number =>
                    {
                        var settings = new HostSettings(
                            string.Create(CultureInfo.InvariantCulture, $"host-{number}"),
                            _database.ConnectionString,
                            Simulator.BaseAddress,
                            Simulator.ApiKey
                        );
                        return HostProcess.StartAsync(configure?.Invoke(number, settings) ?? settings);
                    })
            )
        );

    /// <summary>
    /// Lets every host do once whatever it will do, because the first time takes long. For hosts that hold a check for
    /// a short time only.
    /// </summary>
    public async Task WarmUpAsync()
    {
        var people = Person.NewTenant(Simulator);
        await Deliveries.From(people, hosts: _hosts.Count).SendTo(this);
        await ChecksAreDoneAsync(people[0].Tenant);
    }

    /// <summary>The names of the hosts that asked about somebody, in the order of their calls.</summary>
    public IReadOnlyList<string> CallersFor(Person person) =>
        [
            .. Simulator
                .CallLog.Where(call => call.Identifiers.Contains(person.Address))
                .Select(call => call.Headers[ReportingKey]),
        ];

    /// <summary>How many calls were about each one.</summary>
    public IReadOnlyDictionary<string, int> CallsFor(IEnumerable<Person> people) =>
        people.ToDictionary(person => person.Address, person => Simulator.CallsFor(person.Address));

    /// <summary>Ends when nothing waits to be asked, or is being asked.</summary>
    public Task ChecksAreDoneAsync(string tenant) =>
        Eventually.IsSoAsync("all checks are done", async () => await Tables.PendingAsync(tenant) == 0);

    /// <summary>What a story came to, for whoever reads the detailed output.</summary>
    public async Task<string> CountsAsync(IEnumerable<HostReply?> replies, IReadOnlyList<Person> people)
    {
        var known = replies.OfType<HostReply>().ToList();
        var kept = await Tables.CountsAsync();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{_hosts.Count} hosts, {known.Count} commands carried out, "
                + $"{known.Sum(reply => reply.Conflicts)} conflicts, "
                + $"{known.Sum(reply => reply.Faults.Count)} begun again after trouble; "
                + $"{people.Sum(person => Simulator.CallsFor(person.Address))} calls about {people.Count} "
                + $"people; in the database {kept}"
        );
    }

    /// <summary>Ends FullContact, so that nobody listens at its port.</summary>
    public ValueTask StopFullContactAsync() => Simulator.DisposeAsync();

    /// <summary>Starts FullContact again, at the same port.</summary>
    public async Task StartFullContactAsync(IEnumerable<Person> people)
    {
        Simulator = await FullContactSimulator.StartAsync(Simulator.ApiKey, Simulator.BaseAddress.Port);
        foreach (var person in people)
        {
            person.Introduce(Simulator);
        }
    }

    /// <summary>The logs of all hosts, which it stops.</summary>
    public async Task<string> LogsAsync() => string.Concat(await Task.WhenAll(_hosts.Select(host => host.LogAsync())));

    public async ValueTask DisposeAsync()
    {
        try
        {
            await Task.WhenAll(_hosts.Select(host => host.DisposeAsync().AsTask()));
        }
        finally
        {
            await Simulator.DisposeAsync();
            await _database.DisposeAsync();
        }
    }
}
