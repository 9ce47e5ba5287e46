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
internal sealed class PersonEnrichEndpoint(string apiKey, TimeProvider time, ScriptBook scripts, CallLog log, SimulatedCallbacks callbacks, RateLimit rate)
{
    private const string Path = "/v3/person.enrich";
    private const string Scheme = "Bearer ";
    private const string ProfileNotFound = """{"status":404,"message":"Profile not found"}""";

    private readonly AnswerWriter _writer = new(time);

    public async Task AnswerAsync(HttpContext context)
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
            request.Headers.ToImmutableDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            decision.Delay);
        log.Add(call);
        if (request.Path == Path && HttpMethods.IsPost(request.Method))
        {
            log.CountQuestion();
        }

        try
        {
            if (decision.Delay > TimeSpan.Zero)
            {
                await Task.Delay(decision.Delay, time, context.RequestAborted);
            }

            if (decision.IsRefused)
            {
                await WriteAsync(context, call, WireAnswer.Of((SimulatedAnswer.Status)SimulatedAnswer.Throttled()), default);
            }
            else
            {
                await AnswerAsync(context, call);
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone, and with it whoever could be answered.
        }
    }

    private async Task AnswerAsync(HttpContext context, SimulatedCall call)
    {
        var request = context.Request;
        if (request.Path != Path)
        {
            await RefuseAsync(context, call, 404, SimulatedAnswer.EndpointNotFound(request.Method, request.Path));
            return;
        }

        if (!HttpMethods.IsPost(request.Method))
        {
            await WriteAsync(context, call, WireAnswer.Of((SimulatedAnswer.Status)SimulatedAnswer.MethodNotAllowed), default);
            return;
        }

        var authorization = request.Headers.Authorization.ToString();
        if (!authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            await WriteAsync(context, call, WireAnswer.Of((SimulatedAnswer.Status)SimulatedAnswer.KeyMissing), default);
            return;
        }

        if (!string.Equals(KeyOf(authorization), apiKey, StringComparison.Ordinal))
        {
            await RefuseAsync(context, call, 401, MessageOf(new SimulatedAnswer.KeyRefused(), authorization));
            return;
        }

        using var sent = new MemoryStream();
        await request.Body.CopyToAsync(sent, context.RequestAborted);
        var bytes = sent.GetBuffer().AsMemory(0, (int)sent.Length);
        log.Read(call, Encoding.UTF8.GetString(bytes.Span));
        if (QuestionBody.Read(bytes.Span) is not { } body)
        {
            await WriteAsync(context, call, WireAnswer.Of((SimulatedAnswer.Status)SimulatedAnswer.UnreadableQuestion), default);
        }
        else if (QuestionRules.FaultOf(body) is { } fault)
        {
            await RefuseAsync(context, call, 400, fault);
        }
        else
        {
            await AnswerAsync(context, call, SimulatedQuestion.Of(body));
        }
    }

    private async Task AnswerAsync(HttpContext context, SimulatedCall call, SimulatedQuestion question)
    {
        var asked = scripts.Asked(question);
        log.Begin(call, asked);
        try
        {
            var (answer, held) = scripts.Next(asked, question);
            if (held is not null)
            {
                await held.HoldAsync(context.RequestAborted);
            }

            if (question.WebhookUrl is { } url && answer is SimulatedAnswer.Match or SimulatedAnswer.Miss or SimulatedAnswer.Queued)
            {
                await AcceptAsync(context, call, answer, question, url);
            }
            else
            {
                await GiveAsync(context, call, answer, question, default);
            }
        }
        finally
        {
            log.End(asked);
        }
    }

    private async Task GiveAsync(HttpContext context, SimulatedCall call, SimulatedAnswer answer, SimulatedQuestion question, Transmission transmission)
    {
        switch (answer)
        {
            case SimulatedAnswer.Delayed delayed:
                await Task.Delay(delayed.By, time, context.RequestAborted);
                await GiveAsync(context, call, delayed.Answer, question, transmission);
                return;
            case SimulatedAnswer.Slow slow:
                await GiveAsync(context, call, slow.Answer, question, transmission with { BetweenBytes = slow.BetweenBytes });
                return;
            case SimulatedAnswer.CutOff cutOff:
                await GiveAsync(context, call, cutOff.Answer, question, transmission with { IsCutOff = true, CutOffAfter = cutOff.AfterBytes });
                return;
        }

        // Before the first byte: what happens to the answer on its way is no concern of whoever charges for it.
        if (answer.IsBilled)
        {
            log.Bill(call);
        }

        switch (answer)
        {
            case SimulatedAnswer.Match match:
                await WriteAsync(context, call, WireAnswer.OfJson(200, Shown(match, question)), transmission);
                break;
            case SimulatedAnswer.Queued:
                await WriteAsync(
                    context,
                    call,
                    WireAnswer.OfJson(202, ErrorBody.Of(202, "Queued for search. Please retry your query within about 2 minutes.", Guid.NewGuid())),
                    transmission);
                break;
            case SimulatedAnswer.Status status:
                await WriteAsync(context, call, WireAnswer.Of(status), transmission);
                break;
            case SimulatedAnswer.KeyRefused refused:
                await WriteAsync(
                    context, call, WireAnswer.OfMessage(401, MessageOf(refused, context.Request.Headers.Authorization.ToString())), transmission);
                break;
            case SimulatedAnswer.Huge huge:
                await WriteAsync(context, call, WireAnswer.Of(huge), transmission);
                break;
            case SimulatedAnswer.Endless:
                await WriteAsync(context, call, WireAnswer.Endless(), transmission);
                break;
            case SimulatedAnswer.Silence:
                await Task.Delay(Timeout.InfiniteTimeSpan, time, context.RequestAborted);
                break;
            case SimulatedAnswer.Drop:
                AnswerWriter.Drop(context);
                break;
            default:
                await WriteAsync(context, call, WireAnswer.OfJson(404, ProfileNotFound), transmission);
                break;
        }
    }

    private Task AcceptAsync(HttpContext context, SimulatedCall call, SimulatedAnswer answer, SimulatedQuestion question, Uri url)
    {
        var body = answer switch
        {
            SimulatedAnswer.Match match => Shown(match, question),
            SimulatedAnswer.Miss => ProfileNotFound,
            _ => null,
        };
        var callback = callbacks.Accept(url, body, () =>
        {
            if (answer.IsBilled)
            {
                log.Bill(call);
            }
        });
        context.Response.OnCompleted(() =>
        {
            // Not waited for: the connection must be free for the next question.
            _ = callbacks.StartAsync(callback);
            return Task.CompletedTask;
        });
        return WriteAsync(
            context,
            call,
            WireAnswer.OfMessage(202, $"Queued for search. Your response will be sent to your webhook shortly at {url.OriginalString}."),
            default);
    }

    private static string Shown(SimulatedAnswer.Match match, SimulatedQuestion question) =>
        BodyParts.Filtered(question.IsOpaque ? BodyParts.WithoutClearPersonalData(match.Json) : match.Json, question.DataFilter);

    // The API repeats the key, and so must whoever wants to see that nobody logs it.
    private static string MessageOf(SimulatedAnswer.KeyRefused refused, string authorization) => $"401: {refused.Reason}: {KeyOf(authorization)}";

    private static string KeyOf(string authorization) => authorization[Scheme.Length..].Trim();

    private Task RefuseAsync(HttpContext context, SimulatedCall call, int status, string message) =>
        WriteAsync(context, call, WireAnswer.OfMessage(status, message), default);

    private Task WriteAsync(HttpContext context, SimulatedCall call, WireAnswer answer, Transmission transmission)
    {
        log.Answer(call, answer.Status);
        return _writer.WriteAsync(context, answer, transmission);
    }
}
