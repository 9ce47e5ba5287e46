using System.Collections.Immutable;
using System.Text;
using FullContact.Simulator.Answers;
using FullContact.Simulator.Callbacks;
using FullContact.Simulator.Calls;
using FullContact.Simulator.People;
using FullContact.Simulator.Rate;
using FullContact.Simulator.Validation;

namespace FullContact.Simulator;

/// <summary>Answers like Person Enrich V3, and on every other path like the API without it.</summary>
internal sealed class PersonEnrichEndpoint(
    string apiKey,
    TimeProvider time,
    ScriptBook scripts,
    CallLog log,
    SimulatedCallbacks callbacks,
    RateLimit rate
)
{
    private const string Path = "/v3/person.enrich";
    private const string Scheme = "Bearer ";
    private const string ProfileNotFound = """{"status":404,"message":"Profile not found"}""";

    private readonly ResponseWriter _writer = new(time);

    public async Task RespondAsync(HttpContext context)
    {
        var request = context.Request;
        var decision = rate.Decide();
        var headers = context.Response.Headers;
        headers["X-FullContact-RateDelay"] = $"{decision.Milliseconds}";

        // The API keeps these for old clients; they never change.
        headers["X-Rate-Limit"] = "600";
        headers["X-Rate-Limit-Remaining"] = "10";
        headers["X-Rate-Limit-Reset"] = "20";
        var call = new SimulatedCall(
            request.Method,
            request.Path,
            request.Headers.ToImmutableDictionary(
                header => header.Key,
                header => header.Value.ToString(),
                StringComparer.OrdinalIgnoreCase
            ),
            decision.Delay
        );
        log.Add(call);
        if (request.Path == Path && HttpMethods.IsPost(request.Method))
        {
            log.CountRequest();
        }

        try
        {
            if (decision.Delay > TimeSpan.Zero)
            {
                await Task.Delay(decision.Delay, time, context.RequestAborted);
            }

            if (decision.IsRefused)
            {
                await WriteAsync(
                    context,
                    call,
                    WireResponse.Of((SimulatedResponse.Status)SimulatedResponse.Throttled()),
                    default
                );
            }
            else
            {
                await RespondAsync(context, call);
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone, and with it whoever could be answered.
        }
    }

    private async Task RespondAsync(HttpContext context, SimulatedCall call)
    {
        var request = context.Request;
        if (request.Path != Path)
        {
            await RefuseAsync(context, call, 404, SimulatedResponse.EndpointNotFound(request.Method, request.Path));
            return;
        }

        if (!HttpMethods.IsPost(request.Method))
        {
            await WriteAsync(
                context,
                call,
                WireResponse.Of((SimulatedResponse.Status)SimulatedResponse.MethodNotAllowed),
                default
            );
            return;
        }

        var authorization = request.Headers.Authorization.ToString();
        if (!authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            await WriteAsync(
                context,
                call,
                WireResponse.Of((SimulatedResponse.Status)SimulatedResponse.KeyMissing),
                default
            );
            return;
        }

        if (!string.Equals(KeyOf(authorization), apiKey, StringComparison.Ordinal))
        {
            await RefuseAsync(context, call, 401, MessageOf(new SimulatedResponse.KeyRefused(), authorization));
            return;
        }

        using var sent = new MemoryStream();
        await request.Body.CopyToAsync(sent, context.RequestAborted);
        var bytes = sent.GetBuffer().AsMemory(0, (int)sent.Length);
        log.Read(call, Encoding.UTF8.GetString(bytes.Span));
        if (RequestBody.Read(bytes.Span) is not { } body)
        {
            await WriteAsync(
                context,
                call,
                WireResponse.Of((SimulatedResponse.Status)SimulatedResponse.InvalidRequest),
                default
            );
        }
        else if (RequestRules.FaultOf(body) is { } fault)
        {
            await RefuseAsync(context, call, 400, fault);
        }
        else
        {
            await RespondAsync(context, call, SimulatedRequest.Of(body));
        }
    }

    private async Task RespondAsync(HttpContext context, SimulatedCall call, SimulatedRequest request)
    {
        var asked = scripts.Asked(request);
        log.Begin(call, asked);
        try
        {
            var (result, held) = scripts.Next(asked, request);
            if (held is not null)
            {
                await held.HoldAsync(context.RequestAborted);
            }

            if (
                request.WebhookUrl is { } url
                && result is SimulatedResponse.Match or SimulatedResponse.Miss or SimulatedResponse.Queued
            )
            {
                await AcceptAsync(context, call, result, request, url);
            }
            else
            {
                await GiveAsync(context, call, result, request, default);
            }
        }
        finally
        {
            log.End(asked);
        }
    }

    private async Task GiveAsync(
        HttpContext context,
        SimulatedCall call,
        SimulatedResponse result,
        SimulatedRequest request,
        Transmission transmission
    )
    {
        switch (result)
        {
            case SimulatedResponse.Delayed delayed:
                await Task.Delay(delayed.By, time, context.RequestAborted);
                await GiveAsync(context, call, delayed.Answer, request, transmission);
                return;
            case SimulatedResponse.Slow slow:
                await GiveAsync(
                    context,
                    call,
                    slow.Answer,
                    request,
                    transmission with
                    {
                        BetweenBytes = slow.BetweenBytes,
                    }
                );
                return;
            case SimulatedResponse.CutOff cutOff:
                await GiveAsync(
                    context,
                    call,
                    cutOff.Answer,
                    request,
                    transmission with
                    {
                        IsCutOff = true,
                        CutOffAfter = cutOff.AfterBytes,
                    }
                );
                return;
        }

        // Before the first byte: what happens to the answer on its way is no concern of whoever charges for it.
        if (result.IsBilled)
        {
            log.Bill(call);
        }

        switch (result)
        {
            case SimulatedResponse.Match match:
                await WriteAsync(context, call, WireResponse.OfJson(200, Shown(match, request)), transmission);
                break;
            case SimulatedResponse.Queued:
                await WriteAsync(
                    context,
                    call,
                    WireResponse.OfJson(
                        202,
                        ErrorBody.Of(
                            202,
                            "Queued for search. Please retry your query within about 2 minutes.",
                            Guid.NewGuid()
                        )
                    ),
                    transmission
                );
                break;
            case SimulatedResponse.Status status:
                await WriteAsync(context, call, WireResponse.Of(status), transmission);
                break;
            case SimulatedResponse.KeyRefused refused:
                await WriteAsync(
                    context,
                    call,
                    WireResponse.OfMessage(401, MessageOf(refused, context.Request.Headers.Authorization.ToString())),
                    transmission
                );
                break;
            case SimulatedResponse.Huge huge:
                await WriteAsync(context, call, WireResponse.Of(huge), transmission);
                break;
            case SimulatedResponse.Endless:
                await WriteAsync(context, call, WireResponse.Endless(), transmission);
                break;
            case SimulatedResponse.Silence:
                await Task.Delay(Timeout.InfiniteTimeSpan, time, context.RequestAborted);
                break;
            case SimulatedResponse.Drop:
                ResponseWriter.Drop(context);
                break;
            default:
                await WriteAsync(context, call, WireResponse.OfJson(404, ProfileNotFound), transmission);
                break;
        }
    }

    private Task AcceptAsync(
        HttpContext context,
        SimulatedCall call,
        SimulatedResponse result,
        SimulatedRequest request,
        Uri url
    )
    {
        var body = result switch
        {
            SimulatedResponse.Match match => Shown(match, request),
            SimulatedResponse.Miss => ProfileNotFound,
            _ => null,
        };
        var callback = callbacks.Accept(
            url,
            body,
            () =>
            {
                if (result.IsBilled)
                {
                    log.Bill(call);
                }
            }
        );
        context.Response.OnCompleted(() =>
        {
            // Not waited for: the connection must be free for the next question.
            _ = callbacks.StartAsync(callback);
            return Task.CompletedTask;
        });
        return WriteAsync(
            context,
            call,
            WireResponse.OfMessage(
                202,
                $"Queued for search. Your response will be sent to your webhook shortly at {url.OriginalString}."
            ),
            default
        );
    }

    private static string Shown(SimulatedResponse.Match match, SimulatedRequest request) =>
        BodyParts.Filtered(
            request.IsOpaque ? BodyParts.WithoutClearPersonalData(match.Json) : match.Json,
            request.DataFilter
        );

    // The API repeats the key, and so must whoever wants to see that nobody logs it.
    private static string MessageOf(SimulatedResponse.KeyRefused refused, string authorization) =>
        $"401: {refused.Reason}: {KeyOf(authorization)}";

    private static string KeyOf(string authorization) => authorization[Scheme.Length..].Trim();

    private Task RefuseAsync(HttpContext context, SimulatedCall call, int status, string message) =>
        WriteAsync(context, call, WireResponse.OfMessage(status, message), default);

    private Task WriteAsync(HttpContext context, SimulatedCall call, WireResponse result, Transmission transmission)
    {
        log.Answer(call, result.Status);
        return _writer.WriteAsync(context, result, transmission);
    }
}
