using System.Globalization;
using FullContact.Simulator;

namespace CustomerProfiles.ManyHosts.Tests;

/// <summary>Hosts in processes of their own, with one database and one FullContact.</summary>
internal sealed class Fleet : IAsyncDisposable
{
    public const int Six = 6;

    private const string ReportingKey = "Reporting-Key";
    private const int MostTriesForPort = 20;

    private readonly PostgreSqlDatabase _database;
    private readonly List<HostProcess> _hosts = [];

    private Fleet(PostgreSqlDatabase database, FullContactSimulator simulator)
    {
        _database = database;
        Simulator = simulator;
        Tables = new ProfileTables(database);
        Merges = new MergeTables(database);
        Events = new DeliveredEvents(database);
    }

    public IReadOnlyList<HostProcess> Hosts => _hosts;

    public FullContactSimulator Simulator { get; private set; }

    public ProfileTables Tables { get; }

    public MergeTables Merges { get; }

    public DeliveredEvents Events { get; }

    /// <summary>The number of commands without a reply.</summary>
    public int Waiting => _hosts.Sum(host => host.Waiting);

    /// <summary>All hosts start at once, and find an empty database.</summary>
    public static async Task<Fleet> StartAsync(
        PostgreSqlServer server,
        int hosts,
        Func<int, HostSettings, HostSettings>? configure = null
    )
    {
        var fleet = new Fleet(await server.CreateDatabaseAsync(), await StartSimulatorAsync());
        try
        {
            await fleet.Events.CreateTableAsync();
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
    /// Runs everything once on every host, because the first time is slow. Only for hosts with short leases.
    /// </summary>
    public async Task WarmUpAsync()
    {
        var people = Person.NewTenant(Simulator);
        await Deliveries.From(people, hosts: _hosts.Count).SendTo(this);
        await ChecksAreDoneAsync(people[0].Tenant);
    }

    /// <summary>The names of the hosts that looked a person up, in the order of their calls.</summary>
    public IReadOnlyList<string> CallersFor(Person person) =>
        [
            .. Simulator
                .CallLog.Where(call => call.Identifiers.Contains(person.Address))
                .Select(call => call.Headers[ReportingKey]),
        ];

    /// <summary>The number of calls about each person.</summary>
    public IReadOnlyDictionary<string, int> CallsFor(IEnumerable<Person> people) =>
        people.ToDictionary(person => person.Address, person => Simulator.CallsFor(person.Address));

    /// <summary>Completes when no check is waiting or running.</summary>
    public Task ChecksAreDoneAsync(string tenant) =>
        Eventually.IsSoAsync("all checks are done", async () => await Tables.PendingAsync(tenant) == 0);

    /// <summary>A summary for the detailed test output.</summary>
    public async Task<string> CountsAsync(IEnumerable<HostReply?> replies, IReadOnlyList<Person> people)
    {
        var known = replies.OfType<HostReply>().ToList();
        var kept = await Tables.CountsAsync();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{_hosts.Count} hosts, {known.Count} commands carried out, "
                + $"{known.Sum(reply => reply.Conflicts)} conflicts, "
                + $"{known.Sum(reply => reply.Faults.Count)} begun again after a fault; "
                + $"{people.Sum(person => Simulator.CallsFor(person.Address))} calls about {people.Count} "
                + $"people; in the database {kept}"
        );
    }

    /// <summary>Stops FullContact, so that nothing listens on its port.</summary>
    public ValueTask StopFullContactAsync() => Simulator.DisposeAsync();

    /// <summary>Restarts FullContact on the same port.</summary>
    public async Task StartFullContactAsync(IEnumerable<Person> people)
    {
        // Before it listens, because the hosts that wait for it may call at once, and a person whom it does not know
        // yet would be no match.
        Simulator = await FullContactSimulator.StartAsync(
            new SimulatorOptions
            {
                ApiKey = Simulator.ApiKey,
                Port = Simulator.BaseAddress.Port,
                BeforeStart = simulator => people.ToList().ForEach(person => person.Introduce(simulator)),
            }
        );
    }

    /// <summary>Stops all hosts and returns their logs.</summary>
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

    private static async Task<FullContactSimulator> StartSimulatorAsync()
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await FullContactSimulator.StartAsync(FullContactSimulator.DefaultApiKey, LoopbackPort.Free());
            }
            catch (IOException) when (tries < MostTriesForPort)
            {
                // Another program has taken the port.
            }
        }
    }
}
