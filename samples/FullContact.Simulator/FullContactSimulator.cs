using System.Collections.Immutable;
using FullContact.Simulator.Callbacks;
using FullContact.Simulator.Control;
using FullContact.Simulator.People;
using FullContact.Simulator.Rate;
using FullContact.Simulator.Requests;
using FullContact.Simulator.Responses;
using FullContact.Simulator.Validation;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace FullContact.Simulator;

/// <summary>
/// A server on loopback that behaves like FullContact's Person Enrich V3, with invented people. It runs as a program
/// and inside samples and tests, which script its responses and read the requests.
/// </summary>
/// <remarks>Thread-safe. It logs nothing about the requests.</remarks>
public sealed class FullContactSimulator : IAsyncDisposable
{
    /// <summary>The default API key.</summary>
    public const string DefaultApiKey = "simulated-key";

    private readonly WebApplication _application;
    private readonly SimulatorOptions _options;
    private readonly ScriptBook _scripts;
    private readonly RequestLog _log = new();
    private readonly RateLimit _rate;

    private FullContactSimulator(
        WebApplication application,
        SimulatorOptions options,
        ImmutableArray<SimulatedPerson> people
    )
    {
        _application = application;
        _options = options;
        _scripts = new ScriptBook(people);
        _rate = new RateLimit(options.Time) { RequestsPerMinute = options.RequestsPerMinute };
        Callbacks = new SimulatedCallbacks(options.Time, options.Callbacks, options.CallbackHandler);
    }

    /// <summary>The address of the simulator, such as <c>http://127.0.0.1:5080/</c>.</summary>
    public Uri BaseAddress { get; private set; } = new("http://127.0.0.1/");

    /// <summary>The API key.</summary>
    public string ApiKey => _options.ApiKey;

    /// <summary>The number of lookups, including those without a valid key or body.</summary>
    public int Calls => _log.RequestCount;

    /// <summary>The number of matches, which are what FullContact charges for.</summary>
    public int BilledMatches => _log.Billed;

    /// <summary>The maximum number of concurrent lookups of one address.</summary>
    public int MostAtOnceAboutOneAddress => _log.MostAtOnce;

    /// <summary>The body of the last lookup; null before the first.</summary>
    public string? LastBody => _log.LastBody;

    /// <summary>
    /// The last ten thousand requests in their order, on any path but that of the control endpoint.
    /// </summary>
    public ImmutableArray<RecordedRequest> CallLog => _log.Calls;

    /// <summary>The number of responses by status.</summary>
    public IReadOnlyDictionary<int, int> ResultsByStatus => _log.ByStatus;

    /// <summary>The number of lookups by identifier, as in <see cref="RecordedRequest.Identifiers"/>.</summary>
    public IReadOnlyDictionary<string, int> CallsByIdentifier => _log.ByIdentifier;

    /// <summary>The callbacks for lookups with a webhookUrl.</summary>
    public SimulatedCallbacks Callbacks { get; }

    /// <summary>
    /// The number of requests per minute without delay; null, the default, for no limit.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not positive.</exception>
    public int? RequestsPerMinute
    {
        get => _rate.RequestsPerMinute;
        set => _rate.RequestsPerMinute = value;
    }

    /// <summary>Starts a simulator.</summary>
    /// <param name="apiKey">The key to accept.</param>
    /// <param name="port">The port on 127.0.0.1; 0 for a free port.</param>
    /// <returns>The running simulator.</returns>
    public static Task<FullContactSimulator> StartAsync(string apiKey = DefaultApiKey, int port = 0) =>
        StartAsync(new SimulatorOptions { ApiKey = apiKey, Port = port });

    /// <summary>Starts a simulator.</summary>
    /// <param name="options">The options.</param>
    /// <returns>The running simulator.</returns>
    /// <exception cref="FormatException">The file of people is invalid.</exception>
    /// <exception cref="IOException">The port is in use, or the file of people is missing.</exception>
    public static async Task<FullContactSimulator> StartAsync(SimulatorOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrWhiteSpace(options.ApiKey);
        var people = ReadPeople(options.PeopleFile);

        // An empty builder ignores the settings of the surrounding program, such as the endpoints in appsettings.json.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel =>
            {
                kestrel.AddServerHeader = false;
                kestrel.Listen(System.Net.IPAddress.Loopback, options.Port);

                // A test may read a body slowly.
                kestrel.Limits.MinResponseDataRate = null;
            });
        builder.Services.AddSingleton<IHostLifetime, NoConsoleLifetime>();
        var application = builder.Build();
        var simulator = new FullContactSimulator(application, options, people);
        var control = new ControlEndpoint(simulator);
        var endpoint = new PersonEnrichEndpoint(
            options.ApiKey,
            options.Time,
            simulator._scripts,
            simulator._log,
            simulator.Callbacks,
            simulator._rate
        );
        application.Run(context =>
            ControlEndpoint.Handles(context) ? control.RespondAsync(context) : endpoint.RespondAsync(context)
        );
        options.BeforeStart?.Invoke(simulator);
        await application.StartAsync();
        simulator.BaseAddress = new Uri(
            application
                .Services.GetRequiredService<IServer>()
                .Features.Get<IServerAddressesFeature>()!
                .Addresses.First() + "/"
        );
        return simulator;
    }

    /// <summary>Sets the responses to lookups of one address.</summary>
    /// <param name="address">The address; or a phone number, a profile's URL, or whatever else
    /// <see cref="RecordedRequest.Identifiers"/> names.</param>
    /// <param name="results">The responses in their order. The last one is repeated.</param>
    /// <exception cref="ArgumentException">There is no response.</exception>
    public void Script(string address, params SimulatedResponse[] results)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(address);
        ArgumentOutOfRangeException.ThrowIfZero(results.Length);
        _scripts.Set(address, [.. results]);
    }

    /// <summary>
    /// Sets the response to every lookup without a script of its own. Without a response, people.json applies again.
    /// </summary>
    /// <param name="results">The response. Only the first one is used.</param>
    public void ScriptEverybody(params SimulatedResponse[] results) => _scripts.SetEverybody([.. results]);

    /// <summary>Removes the script of one address.</summary>
    /// <param name="address">The address.</param>
    /// <returns>Whether there was one.</returns>
    public bool RemoveScript(string address)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(address);
        return _scripts.Remove(address);
    }

    /// <summary>
    /// Removes all scripts, including that for everybody. The people of people.json continue where they were.
    /// </summary>
    public void ClearScripts() => _scripts.Clear();

    /// <summary>Holds the responses to lookups of an address until they are released.</summary>
    /// <param name="address">The address.</param>
    /// <returns>The hold, to be released.</returns>
    public HeldResponse Hold(string address)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(address);
        return _scripts.Hold(address);
    }

    /// <summary>The number of lookups of one address.</summary>
    /// <param name="address">The address.</param>
    public int CallsFor(string address)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(address);
        return _log.CountOf(Identifier.Normalize(address));
    }

    /// <summary>The last lookup of one address with its headers and body; null when there was none.</summary>
    /// <param name="address">The address.</param>
    public RecordedRequest? LastCallFor(string address)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(address);
        return _log.LastOf(Identifier.Normalize(address));
    }

    /// <summary>
    /// Resets everything to the state at the start: scripts, counters, recorded requests, the people of people.json,
    /// the rate and the plan for callbacks. Held responses are released, and held callbacks are dropped.
    /// </summary>
    public void Reset()
    {
        _scripts.Reset();
        _log.Reset();
        Callbacks.Reset();
        RequestsPerMinute = _options.RequestsPerMinute;
    }

    /// <summary>Ends when the simulator is stopped from outside.</summary>
    public Task WaitForShutdownAsync() => _application.WaitForShutdownAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _scripts.ReleaseAll();
        Callbacks.Stop();

        // Open requests are aborted.
        await _application.StopAsync(new CancellationToken(canceled: true));
        await _application.DisposeAsync();
    }

    private static ImmutableArray<SimulatedPerson> ReadPeople(string? file)
    {
        if (file is null)
        {
            return People.PeopleFile.ReadBundled();
        }

        using var stream = File.OpenRead(file);
        return People.PeopleFile.Read(stream);
    }
}
