using System.Collections.Immutable;
using System.Text;
using FullContact.Simulator.Callbacks;
using FullContact.Simulator.People;
using FullContact.Simulator.Rate;
using FullContact.Simulator.Requests;
using FullContact.Simulator.Responses;
using FullContact.Simulator.Validation;

namespace FullContact.Simulator;

/// <summary>The endpoint of Person Enrich V3. Any other path is "not found", as at FullContact.</summary>
internal sealed class PersonEnrichEndpoint(
    string apiKey,
    TimeProvider time,
    ScriptBook scripts,
    RequestLog log,
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

        // The API keeps these constant headers for old clients.
        headers["X-Rate-Limit"] = "600";
        headers["X-Rate-Limit-Remaining"] = "10";
        headers["X-Rate-Limit-Reset"] = "20";
        var call = new RecordedRequest(
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

            if (decision.IsRejected)
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
            // The client has disconnected.
        }
    }

    private async Task RespondAsync(HttpContext context, RecordedRequest call)
    {
        var request = context.Request;
        if (request.Path != Path)
        {
            await RejectAsync(context, call, 404, SimulatedResponse.EndpointNotFound(request.Method, request.Path));
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
            await RejectAsync(context, call, 401, MessageOf(new SimulatedResponse.KeyRefused(), authorization));
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
            await RejectAsync(context, call, 400, fault);
        }
        else
        {
            await RespondAsync(context, call, SimulatedRequest.Of(body));
        }
    }

    private async Task RespondAsync(HttpContext context, RecordedRequest call, SimulatedRequest request)
    {
        var identifiers = scripts.IdentifiersOf(request);
        log.Begin(call, identifiers);
        try
        {
            var (result, held) = scripts.Next(identifiers, request);
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
                await SendAsync(context, call, result, request, default);
            }
        }
        finally
        {
            log.End(identifiers);
        }
    }

    private async Task SendAsync(
        HttpContext context,
        RecordedRequest call,
        SimulatedResponse result,
        SimulatedRequest request,
        Transmission transmission
    )
    {
        switch (result)
        {
            case SimulatedResponse.Delayed delayed:
                await Task.Delay(delayed.By, time, context.RequestAborted);
                await SendAsync(context, call, delayed.Response, request, transmission);
                return;
            case SimulatedResponse.Slow slow:
                await SendAsync(
                    context,
                    call,
                    slow.Response,
                    request,
                    transmission with
                    {
                        BetweenBytes = slow.BetweenBytes,
                    }
                );
                return;
            case SimulatedResponse.CutOff cutOff:
                await SendAsync(
                    context,
                    call,
                    cutOff.Response,
                    request,
                    transmission with
                    {
                        IsCutOff = true,
                        CutOffAfter = cutOff.AfterBytes,
                    }
                );
                return;
        }

        // Billed before the first byte, even if the client never receives the response.
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
        RecordedRequest call,
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
            // Not awaited, so that the connection is free for the next request.
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

    // The API repeats the key, so that a test can check that no client logs it.
    private static string MessageOf(SimulatedResponse.KeyRefused refused, string authorization) =>
        $"401: {refused.Reason}: {KeyOf(authorization)}";

    private static string KeyOf(string authorization) => authorization[Scheme.Length..].Trim();

    private Task RejectAsync(HttpContext context, RecordedRequest call, int status, string message) =>
        WriteAsync(context, call, WireResponse.OfMessage(status, message), default);

    private Task WriteAsync(HttpContext context, RecordedRequest call, WireResponse result, Transmission transmission)
    {
        log.Respond(call, result.Status);
        return _writer.WriteAsync(context, result, transmission);
    }
}
