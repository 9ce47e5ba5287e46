using System.Collections.Immutable;
using FullContact.Simulator.Answers;
using FullContact.Simulator.Callbacks;
using FullContact.Simulator.Calls;
using FullContact.Simulator.Control;
using FullContact.Simulator.People;
using FullContact.Simulator.Rate;
using FullContact.Simulator.Validation;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace FullContact.Simulator;

/// <summary>
/// A server on loopback that answers like Person Enrich V3 of FullContact, about invented people. Runs by itself and
/// inside samples and tests, which script what it answers and see what it was asked.
/// </summary>
/// <remarks>Safe for any number of threads. It logs nothing about what it is asked.</remarks>
public sealed class FullContactSimulator : IAsyncDisposable
{
    /// <summary>The key that is accepted unless another is given.</summary>
    public const string DefaultApiKey = "simulated-key";

    private readonly WebApplication _application;
    private readonly SimulatorOptions _options;
    private readonly ScriptBook _scripts;
    private readonly CallLog _log = new();
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

    /// <summary>Where the simulator listens, such as <c>http://127.0.0.1:5080/</c>.</summary>
    public Uri BaseAddress { get; private set; } = new("http://127.0.0.1/");

    /// <summary>The key that is accepted.</summary>
    public string ApiKey => _options.ApiKey;

    /// <summary>How many questions came, those without a valid key or body among them.</summary>
    public int Calls => _log.Questions;

    /// <summary>How many answers were matches, which is what FullContact charges for.</summary>
    public int BilledMatches => _log.Billed;

    /// <summary>The most questions about one address that were ever under way at once.</summary>
    public int MostAtOnceAboutOneAddress => _log.MostAtOnce;

    /// <summary>The body of the last question; null before the first.</summary>
    public string? LastBody => _log.LastBody;

    /// <summary>
    /// The requests that came, on any path but the control endpoint's, in their order. The last ten thousand are
    /// remembered.
    /// </summary>
    public ImmutableArray<SimulatedCall> CallLog => _log.Calls;

    /// <summary>How many answers of each status were begun.</summary>
    public IReadOnlyDictionary<int, int> ResultsByStatus => _log.ByStatus;

    /// <summary>How many questions came about each, in the words of <see cref="SimulatedCall.Identifiers"/>.</summary>
    public IReadOnlyDictionary<string, int> CallsByIdentifier => _log.ByIdentifier;

    /// <summary>The answers to questions with a webhookUrl.</summary>
    public SimulatedCallbacks Callbacks { get; }

    /// <summary>
    /// How many requests a minute are answered without delay; null, which is the default, for any number.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not positive.</exception>
    public int? RequestsPerMinute
    {
        get => _rate.RequestsPerMinute;
        set => _rate.RequestsPerMinute = value;
    }

    /// <summary>Starts a simulator.</summary>
    /// <param name="apiKey">The key to accept.</param>
    /// <param name="port">The port on 127.0.0.1; 0 for any that is free.</param>
    /// <returns>The simulator, which answers already.</returns>
    public static Task<FullContactSimulator> StartAsync(string apiKey = DefaultApiKey, int port = 0) =>
        StartAsync(new SimulatorOptions { ApiKey = apiKey, Port = port });

    /// <summary>Starts a simulator.</summary>
    /// <param name="options">How.</param>
    /// <returns>The simulator, which answers already.</returns>
    /// <exception cref="FormatException">The file of people is none.</exception>
    /// <exception cref="IOException">The port is taken, or the file of people is not there.</exception>
    public static async Task<FullContactSimulator> StartAsync(SimulatorOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrWhiteSpace(options.ApiKey);
        var people = ReadPeople(options.PeopleFile);

        // Empty, because the settings of the program around are not the simulator's: an appsettings.json with endpoints
        // of its own would open those too.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel =>
            {
                kestrel.AddServerHeader = false;
                kestrel.Listen(System.Net.IPAddress.Loopback, options.Port);

                // A test may read a body as slowly as it likes.
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
            ControlEndpoint.IsAskedBy(context) ? control.RespondAsync(context) : endpoint.RespondAsync(context)
        );
        await application.StartAsync();
        simulator.BaseAddress = new Uri(
            application
                .Services.GetRequiredService<IServer>()
                .Features.Get<IServerAddressesFeature>()!
                .Addresses.First() + "/"
        );
        return simulator;
    }

    /// <summary>Sets how questions about one address are answered from now on.</summary>
    /// <param name="address">The address; or a phone number, a profile's URL, or whatever else
    /// <see cref="SimulatedCall.Identifiers"/> names.</param>
    /// <param name="results">The answers in their order; the last one is repeated.</param>
    /// <exception cref="ArgumentException">There is no answer.</exception>
    public void Script(string address, params SimulatedResponse[] results)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(address);
        ArgumentOutOfRangeException.ThrowIfZero(results.Length);
        _scripts.Set(address, [.. results]);
    }

    /// <summary>
    /// Sets how every question about somebody without a script of their own is answered from now on; without answers,
    /// as people.json says.
    /// </summary>
    /// <param name="results">The answers; the first one is given always.</param>
    public void ScriptEverybody(params SimulatedResponse[] results) => _scripts.SetEverybody([.. results]);

    /// <summary>Forgets the script of one address.</summary>
    /// <param name="address">The address.</param>
    /// <returns>Whether there was one.</returns>
    public bool RemoveScript(string address)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(address);
        return _scripts.Remove(address);
    }

    /// <summary>
    /// Forgets every script, that for everybody among them. The people of people.json go on where they were.
    /// </summary>
    public void ClearScripts() => _scripts.Clear();

    /// <summary>Holds the answer to the next questions about an address back until it is let go.</summary>
    /// <param name="address">The address.</param>
    /// <returns>What lets it go.</returns>
    public HeldAnswer Hold(string address)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(address);
        return _scripts.Hold(address);
    }

    /// <summary>How many questions came about one address.</summary>
    /// <param name="address">The address.</param>
    public int CallsFor(string address)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(address);
        return _log.CountOf(Identifier.Normalize(address));
    }

    /// <summary>The last question about one address, with its headers and its body; null when there was none.</summary>
    /// <param name="address">The address.</param>
    public SimulatedCall? LastCallFor(string address)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(address);
        return _log.LastOf(Identifier.Normalize(address));
    }

    /// <summary>
    /// Makes everything as it was at the start: no scripts, nothing counted or remembered, everybody of people.json at
    /// their first answer, the first rate, the first plan for callbacks. What is held is let go; callbacks that are
    /// held are forgotten.
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

        // Whoever is still waiting for an answer is cut off.
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
