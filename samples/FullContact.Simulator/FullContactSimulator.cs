using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;

namespace FullContact.Simulator;

/// <summary>
/// A server on loopback that answers like Person Enrich V3 of FullContact, about invented people. Runs by itself and inside samples and tests, which script what it
/// answers and see what it was asked.
/// </summary>
/// <remarks>Safe for any number of threads. It logs nothing about what it is asked.</remarks>
public sealed class FullContactSimulator : IAsyncDisposable
{
    /// <summary>The key that is accepted unless another is given.</summary>
    public const string DefaultApiKey = "simulated-key";

    private const string Path = "/v3/person.enrich";

    private readonly WebApplication _application;
    private readonly ImmutableDictionary<string, Script> _people = SimulatedPeople.Read().ToImmutableDictionary(person => person.Key, person => new Script(person.Value), StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _addressByHash = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Script> _scripts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, HeldAnswer> _held = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _calls = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _running = new(StringComparer.Ordinal);
    private ImmutableArray<SimulatedAnswer> _everybody = [];
    private int _allCalls;
    private int _billed;
    private int _mostAtOnce;
    private string? _lastBody;

    private FullContactSimulator(WebApplication application, string apiKey)
    {
        _application = application;
        ApiKey = apiKey;
        foreach (var address in _people.Keys)
        {
            KnowHashesOf(address);
        }
    }

    /// <summary>Where the simulator listens, such as <c>http://127.0.0.1:5080/</c>.</summary>
    public Uri BaseAddress { get; private set; } = new("http://127.0.0.1/");

    /// <summary>The key that is accepted.</summary>
    public string ApiKey { get; }

    /// <summary>How many questions came, those without a valid key or body among them.</summary>
    public int Calls => Volatile.Read(ref _allCalls);

    /// <summary>How many answers were matches, which is what FullContact charges for.</summary>
    public int BilledMatches => Volatile.Read(ref _billed);

    /// <summary>The most questions about one address that were ever under way at once.</summary>
    public int MostAtOnceAboutOneAddress => Volatile.Read(ref _mostAtOnce);

    /// <summary>The body of the last question; null before the first.</summary>
    public string? LastBody => Volatile.Read(ref _lastBody);

    /// <summary>Starts a simulator.</summary>
    /// <param name="apiKey">The key to accept.</param>
    /// <param name="port">The port on 127.0.0.1; 0 for any that is free.</param>
    /// <returns>The simulator, which answers already.</returns>
    public static async Task<FullContactSimulator> StartAsync(string apiKey = DefaultApiKey, int port = 0)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(apiKey);


        // Empty, because the settings of the program around are not the simulator's: an appsettings.json with endpoints of its own would open those too.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, port));
        builder.Services.AddSingleton<IHostLifetime, NoConsoleLifetime>();
        var application = builder.Build();
        var simulator = new FullContactSimulator(application, apiKey);
        application.Run(simulator.AnswerAsync);
        await application.StartAsync();
        simulator.BaseAddress = new Uri(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/");
        return simulator;
    }

    /// <summary>Sets how questions about one address are answered from now on.</summary>
    /// <param name="address">The address.</param>
    /// <param name="answers">The answers in their order; the last one is repeated.</param>
    /// <exception cref="ArgumentException">There is no answer.</exception>
    public void Script(string address, params SimulatedAnswer[] answers)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(address);
        ArgumentOutOfRangeException.ThrowIfZero(answers.Length);
        var known = SimulatedQuestion.Normalize(address);
        KnowHashesOf(known);
        _scripts[known] = new Script([.. answers]);
    }

    /// <summary>Sets how every question about somebody without a script of their own is answered from now on; without answers, as people.json says.</summary>
    /// <param name="answers">The answers; the first one is given always.</param>
    public void ScriptEverybody(params SimulatedAnswer[] answers) => _everybody = [.. answers];

    /// <summary>Holds the answer to the next questions about an address back until it is let go.</summary>
    /// <param name="address">The address.</param>
    /// <returns>What lets it go.</returns>
    public HeldAnswer Hold(string address)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(address);
        return _held[SimulatedQuestion.Normalize(address)] = new HeldAnswer();
    }

    /// <summary>How many questions came about one address.</summary>
    /// <param name="address">The address.</param>
    public int CallsFor(string address)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(address);
        return _calls.GetValueOrDefault(SimulatedQuestion.Normalize(address));
    }

    /// <summary>Ends when the simulator is stopped from outside.</summary>
    public Task WaitForShutdownAsync() => _application.WaitForShutdownAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var held in _held.Values)
        {
            held.Release();
        }

        // Whoever is still waiting for an answer is cut off.
        await _application.StopAsync(new CancellationToken(canceled: true));
        await _application.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers["X-FullContact-RateDelay"] = "0";

        // The API keeps these for old clients; they never change.
        headers["X-Rate-Limit"] = "600";
        headers["X-Rate-Limit-Remaining"] = "10";
        headers["X-Rate-Limit-Reset"] = "20";

        var request = context.Request;
        if (request.Path != Path)
        {
            await WriteAsync(context, 404, $"Endpoint {request.Method} {request.Path} not found. Please check https://docs.fullcontact.com or contact support.");
            return;
        }

        if (!HttpMethods.IsPost(request.Method))
        {
            await WriteAsync(context, 405, "Method not allowed. Use POST.");
            return;
        }

        Interlocked.Increment(ref _allCalls);
        var key = request.Headers.Authorization.ToString();
        if (!key.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            await WriteAsync(context, 403, "API Key is missing or invalid. Please check your request.");
            return;
        }

        if (!string.Equals(key["Bearer ".Length..].Trim(), ApiKey, StringComparison.Ordinal))
        {
            // The API repeats the key, and so must whoever wants to see that nobody logs it.
            await WriteAsync(context, 401, $"401: Invalid access token: {key["Bearer ".Length..].Trim()}");
            return;
        }

        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, context.RequestAborted);
        body.Position = 0;
        Volatile.Write(ref _lastBody, System.Text.Encoding.UTF8.GetString(body.ToArray()));
        var question = await SimulatedQuestion.ReadAsync(body, context.RequestAborted);
        if (question is null)
        {
            await context.Response.WriteJsonAsync(400, """{"code":400,"message":"Unable to process JSON"}""");
        }
        else if (question.Emails.IsEmpty && !question.HasOtherIdentifier)
        {
            await WriteAsync(context, 400, "No valid identifier provided.");
        }
        else if (question.Emails.Length > SimulatedQuestion.MaxEmails)
        {
            await WriteAsync(context, 400, $"At most {SimulatedQuestion.MaxEmails} emails are allowed.");
        }
        else if (question.Emails.Any(email => !SimulatedQuestion.IsAddressOrHash(email)))
        {
            await WriteAsync(context, 400, "Invalid email format");
        }
        else
        {
            await AnswerAsync(context, question);
        }
    }

    private async Task AnswerAsync(HttpContext context, SimulatedQuestion question)
    {
        var addresses = question.Emails.Select(email => _addressByHash.GetValueOrDefault(email, email)).Distinct().ToArray();
        foreach (var address in addresses)
        {
            _calls.AddOrUpdate(address, 1, (_, count) => count + 1);
            var atOnce = _running.AddOrUpdate(address, 1, (_, count) => count + 1);
            InterlockedMax(ref _mostAtOnce, atOnce);
        }

        try
        {
            // Of several addresses the first that anybody knows decides.
            var known = addresses.FirstOrDefault(address => _scripts.ContainsKey(address) || _people.ContainsKey(address)) ?? addresses.FirstOrDefault() ?? "";
            var answer = NextAnswer(known);
            if (_held.TryGetValue(known, out var held))
            {
                await held.HoldAsync(context.RequestAborted);
            }

            await GiveAsync(context, answer, question);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone, and with it whoever could be answered.
        }
        finally
        {
            foreach (var address in addresses)
            {
                _running.AddOrUpdate(address, 0, (_, count) => count - 1);
            }
        }
    }

    private void KnowHashesOf(string address)
    {
        foreach (var hash in SimulatedQuestion.HashesOf(address))
        {
            _addressByHash[hash] = address;
        }
    }

    private SimulatedAnswer NextAnswer(string address)
    {
        if (!_scripts.TryGetValue(address, out var script))
        {
            if (!_everybody.IsEmpty)
            {
                return _everybody[0];
            }

            // The cast are no scripts of the caller's, or those who were asked about once would be out of reach of ScriptEverybody.
            if (!_people.TryGetValue(address, out script))
            {
                return new SimulatedAnswer.Miss();
            }
        }

        return script.Next();
    }

    private async Task GiveAsync(HttpContext context, SimulatedAnswer answer, SimulatedQuestion question)
    {
        switch (answer)
        {
            case SimulatedAnswer.Match match:
                Interlocked.Increment(ref _billed);
                var byHashOnly = question.Emails.All(SimulatedQuestion.IsHash) && !question.HasOtherIdentifier;
                var shown = byHashOnly ? SimulatedPeople.WithoutClearPersonalData(match.Json) : match.Json;
                await context.Response.WriteJsonAsync(200, SimulatedPeople.Filtered(shown, question.DataFilter));
                break;
            case SimulatedAnswer.Queued:
                await context.Response.WriteJsonAsync(
                    202,
                    $$"""{"status":202,"message":"Queued for search. Please retry your query within about 2 minutes.","requestId":"{{Guid.NewGuid()}}"}""");
                break;
            case SimulatedAnswer.Status status:
                if (status.RetryAfter is not null)
                {
                    context.Response.Headers.RetryAfter = status.RetryAfter;
                }

                context.Response.StatusCode = status.Code;
                context.Response.ContentType = status.ContentType;
                await context.Response.WriteAsync(status.Body, context.RequestAborted);
                break;
            case SimulatedAnswer.Silence:
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
                break;
            case SimulatedAnswer.Drop:
                context.Features.GetRequiredFeature<IHttpRequestLifetimeFeature>().Abort();
                break;
            default:
                await WriteAsync(context, 404, "Profile not found");
                break;
        }
    }

    private static Task WriteAsync(HttpContext context, int status, string message) =>
        context.Response.WriteJsonAsync(status, $$"""{"status":{{status}},"message":{{System.Text.Json.JsonSerializer.Serialize(message)}}}""");

    private static void InterlockedMax(ref int location, int value)
    {
        for (var seen = Volatile.Read(ref location); seen < value;)
        {
            var found = Interlocked.CompareExchange(ref location, value, seen);
            if (found == seen)
            {
                return;
            }

            seen = found;
        }
    }
}
