using System.Text.Json;
using FullContact.Simulator.Callbacks;
using FullContact.Simulator.Responses;

namespace FullContact.Simulator.Control;

/// <summary>
/// Controls the simulator over HTTP when it runs as a program. It needs no key, and returns none.
/// </summary>
internal sealed class ControlEndpoint(FullContactSimulator simulator)
{
    private const string Root = "/control";
    private const int MaxShown = 100;

    private static readonly JsonSerializerOptions Writing = new(JsonSerializerDefaults.Web)
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>Whether a request is for this endpoint.</summary>
    public static bool Handles(HttpContext context) =>
        context.Request.Path.StartsWithSegments(Root, StringComparison.Ordinal);

    public async Task RespondAsync(HttpContext context)
    {
        context.Request.Path.StartsWithSegments(Root, StringComparison.Ordinal, out var rest);
        try
        {
            await (Address(rest) is { } address ? AboutOneAsync(context, address) : AboutAllAsync(context, rest));
        }
        catch (Exception exception)
            when (exception
                    is JsonException
                        or FormatException
                        or ArgumentException
                        or InvalidOperationException
                        or OverflowException
            )
        {
            var why = exception is FormatException ? exception.Message : "The body is not in the documented form.";
            await WriteAsync(context, 400, ErrorBody.Of(400, why));
        }
    }

    private static string? Address(PathString rest)
    {
        const string scripts = "/scripts/";

        // The server does not decode %2F, which occurs in the URLs of profiles.
        return
            rest.Value is { } path
            && path.StartsWith(scripts, StringComparison.Ordinal)
            && !string.IsNullOrWhiteSpace(path[scripts.Length..])
            ? path[scripts.Length..].Replace("%2F", "/", StringComparison.OrdinalIgnoreCase)
            : null;
    }

    private async Task AboutOneAsync(HttpContext context, string address)
    {
        switch (context.Request.Method)
        {
            case "PUT":
                simulator.Script(address, [.. await ReadResultsAsync(context)]);
                await DoneAsync(context);
                break;
            case "DELETE":
                simulator.RemoveScript(address);
                await DoneAsync(context);
                break;
            default:
                await WrongMethodAsync(context, "PUT, DELETE");
                break;
        }
    }

    private Task AboutAllAsync(HttpContext context, PathString rest) =>
        (rest.Value?.TrimEnd('/'), context.Request.Method) switch
        {
            ("/scripts", "PUT") => ScriptEverybodyAsync(context),
            ("/scripts", "DELETE") => DoAsync(context, simulator.ClearScripts),
            ("/scripts", _) => WrongMethodAsync(context, "PUT, DELETE"),
            ("/calls", "GET") => WriteAsync(context, 200, JsonSerializer.Serialize(Counts(), Writing)),
            ("/calls", _) => WrongMethodAsync(context, "GET"),
            ("/callbacks", "GET") => WriteAsync(context, 200, JsonSerializer.Serialize(CallbacksShown(), Writing)),
            ("/callbacks", "PUT") => PlanCallbacksAsync(context),
            ("/callbacks", _) => WrongMethodAsync(context, "GET, PUT"),
            ("/callbacks/release", "POST") => ReleaseAsync(context),
            ("/callbacks/release", _) => WrongMethodAsync(context, "POST"),
            ("/rate", "PUT") => SetRateAsync(context),
            ("/rate", _) => WrongMethodAsync(context, "PUT"),
            ("/reset", "POST") => DoAsync(context, simulator.Reset),
            ("/reset", _) => WrongMethodAsync(context, "POST"),
            _ => WriteAsync(context, 404, ErrorBody.Of(404, "Unknown control. See the README.")),
        };

    private async Task ScriptEverybodyAsync(HttpContext context)
    {
        simulator.ScriptEverybody([.. await ReadResultsAsync(context)]);
        await DoneAsync(context);
    }

    private async Task PlanCallbacksAsync(HttpContext context)
    {
        var plan = await ReadAsync<RequestedCallbackPlan>(context);
        simulator.Callbacks.Plan = new CallbackPlan
        {
            IsHeld = plan.Held,
            Times = plan.Times,
            Form = plan.Form,
            Delay = TimeSpan.FromMilliseconds(plan.DelayMilliseconds),
            WebhookId = plan.WebhookId,
        };
        await DoneAsync(context);
    }

    private async Task ReleaseAsync(HttpContext context)
    {
        await simulator.Callbacks.ReleaseAsync();
        await DoneAsync(context);
    }

    private async Task SetRateAsync(HttpContext context)
    {
        simulator.RequestsPerMinute = (await ReadAsync<RequestedRate>(context)).RequestsPerMinute;
        await DoneAsync(context);
    }

    private object Counts() =>
        new
        {
            simulator.Calls,
            simulator.BilledMatches,
            simulator.MostAtOnceAboutOneAddress,
            ByStatus = simulator
                .ResultsByStatus.OrderBy(status => status.Key)
                .ToDictionary(status => $"{status.Key}", status => status.Value),
            ByIdentifier = simulator.CallsByIdentifier.OrderBy(one => one.Key, StringComparer.Ordinal).ToDictionary(),
            Last = simulator
                .CallLog.TakeLast(MaxShown)
                .Select(call => new
                {
                    call.Method,
                    call.Path,
                    call.Status,
                    call.Identifiers,
                    Billed = call.IsBilled,
                    RateDelayMilliseconds = (long)Math.Ceiling(call.RateDelay.TotalMilliseconds),
                }),
        };

    private object CallbacksShown() =>
        new
        {
            Callbacks = simulator
                .Callbacks.All.TakeLast(MaxShown)
                .Select(callback => new
                {
                    callback.Url,
                    Held = callback.Plan.IsHeld && !callback.Settled.IsCompleted,
                    Settled = callback.Settled.IsCompleted,
                    Statuses = callback.Deliveries.Select(delivery => delivery.Status),
                }),
        };

    private static async Task<IEnumerable<SimulatedResponse>> ReadResultsAsync(HttpContext context)
    {
        using var document = await JsonDocument.ParseAsync(
            context.Request.Body,
            cancellationToken: context.RequestAborted
        );
        return ResponseReader.ReadAll(document.RootElement);
    }

    private static async Task<T> ReadAsync<T>(HttpContext context) =>
        await JsonSerializer.DeserializeAsync<T>(context.Request.Body, Writing, context.RequestAborted)
        ?? throw new JsonException();

    private static Task DoAsync(HttpContext context, Action act)
    {
        act();
        return DoneAsync(context);
    }

    private static Task DoneAsync(HttpContext context)
    {
        context.Response.StatusCode = 204;
        return Task.CompletedTask;
    }

    private static Task WrongMethodAsync(HttpContext context, string allowed)
    {
        context.Response.Headers.Allow = allowed;
        return WriteAsync(context, 405, ErrorBody.Of(405, $"Method not allowed. Use {allowed}."));
    }

    private static Task WriteAsync(HttpContext context, int status, string json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        return context.Response.WriteAsync(json, context.RequestAborted);
    }
}
