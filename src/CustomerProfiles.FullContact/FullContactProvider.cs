using System.Net;
using CustomerProfiles.Providers;
using Microsoft.Extensions.Logging;
using NodaTime;
using Polly.CircuitBreaker;
using Polly.RateLimiting;
using Polly.Timeout;

namespace CustomerProfiles.FullContact;

/// <summary>
/// Asks Person Enrich V3. The HTTP status decides what an answer means; the body is read only where it does as well.
/// </summary>
/// <remarks>
/// FullContact knows no idempotency key, so a repeated question may be paid twice. A question is put again only where
/// the one before was refused or never sent: soon by the pipeline of the HTTP client, later by the core, which counts
/// the attempts.
/// </remarks>
internal sealed class FullContactProvider : IProfileProvider, IDisposable
{
    // The hint of FullContact's own 202: "Please retry your query within about 2 minutes."
    private static readonly Duration QueuedWait = Duration.FromMinutes(2);

    // FullContact counts its limit by the minute (docs.fullcontact.com/docs/rate-limiting).
    private static readonly Duration RefusedWait = Duration.FromMinutes(1);

    // A 404 that nobody can tell the meaning of: not free of cost for others, so it is not repeated soon.
    private static readonly Duration UnclearWait = Duration.FromHours(1);

    // A key that changes with each question would be asked by for ever otherwise.
    private const int MostConfigurations = 3;

    private readonly IHttpClientFactory _clients;
    private readonly FullContactSettings _settings;
    private readonly IFullContactWebhook? _webhook;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly AccountCircuitBreaker _gate;
    private readonly ICheckSignal _signal;
    private readonly int _longestPhotoAddress;

    public FullContactProvider(
        IHttpClientFactory clients,
        IHttpMessageHandlerFactory handlers,
        FullContactSettings settings,
        AccountCircuitBreaker gate,
        ICheckSignal signal,
        IEditRules rules,
        TimeProvider time,
        ILogger<FullContactProvider> logger,
        IFullContactWebhook? webhook = null
    )
    {
        ArgumentNullException.ThrowIfNull(handlers);

        // Makes the client's handlers, which are looked at there: what is wrong with them stops the start, and not the
        // first question.
        _ = handlers.CreateHandler(FullContactDefaults.HttpClientName);
        _clients = clients;
        _settings = settings;
        _webhook = webhook;
        _time = time;
        _logger = logger;
        _gate = gate;
        _signal = signal;
        _longestPhotoAddress = rules.Limits.PhotoUrl;
        _settings.AccountChanged += _gate.Reset;
        _settings.Changed += _signal.Raise;
    }

    public string Name => FullContactDefaults.ProviderName;

    public Uri? ClaimPage => _settings.Current.ClaimPage;

    public Uri? OptOutPage => _settings.Current.OptOutPage;

    public ProviderPause? Pause => _gate.Pause;

    public ProviderBudget? Budget =>
        _settings.Current is { DailyBudget: var daily, MonthlyBudget: var monthly } && (daily ?? monthly) is not null
            ? new ProviderBudget(daily, monthly)
            : null;

    public bool CanLookUp(ProviderRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return !EnrichIdentifiers.Of(request, _settings.Current).IsEmpty;
    }

    public async ValueTask<ProviderResult> LookUpAsync(ProviderRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        for (var configurations = 1; ; configurations++)
        {
            if (_gate.Enter(out var closedBy) is not { } entry)
            {
                return new ProviderResult.Failed(closedBy, Duration.Zero, countsAsAttempt: false);
            }

            // Read after entering, so that an answer to older options never counts against newer ones.
            var options = _settings.Current;
            var exchange = default(Exchange);
            AccountCircuitBreaker.Verdict verdict;
            try
            {
                exchange = await AskAsync(request, options, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                verdict = _gate.Report(entry, exchange.Answer, exchange.Status, exchange.RetryAfter, options);
            }

            switch (exchange.Answer, verdict)
            {
                case (ProviderResult.Failed failed, AccountCircuitBreaker.Verdict.OfAccount):
                    return failed with { RetryAfter = Duration.Zero, CountsAsAttempt = false };
                case (ProviderResult.Failed { CountsAsAttempt: false }, AccountCircuitBreaker.Verdict.Outdated)
                    when exchange.Status > 0 && configurations < MostConfigurations:
                    // Refused with a key or at an address that has been corrected meanwhile.
                    continue;
                default:
                    return exchange.Answer!;
            }
        }
    }

    public void Dispose()
    {
        _settings.AccountChanged -= _gate.Reset;
        _settings.Changed -= _signal.Raise;
    }

    private async ValueTask<Exchange> AskAsync(
        ProviderRequest request,
        FullContactOptions options,
        CancellationToken cancellationToken
    )
    {
        var identifiers = EnrichIdentifiers.Of(request, options);
        if (identifiers.IsEmpty)
        {
            throw new ArgumentException(
                "The question holds nothing that FullContact can be asked by; ask CanAsk first.",
                nameof(request)
            );
        }

        // Only at first: when no answer was sent, the next attempt asks for it at once.
        var webhook = request is { Attempt: 1, Callback: { } callback } ? _webhook?.AddressFor(callback) : null;
        return await AskAsync(identifiers, options, webhook, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<Exchange> AskAsync(
        EnrichIdentifiers identifiers,
        FullContactOptions options,
        Uri? webhook,
        CancellationToken cancellationToken
    )
    {
        var requestedAt = _time.GetTimestamp();
        using var deadline = new CancellationTokenSource(options.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        using var request = EnrichRequest.Of(identifiers, options, webhook);
        var record = CallRecord.For(request);
        try
        {
            using var client = _clients.CreateClient(FullContactDefaults.HttpClientName);
            using var response = await client
                .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token)
                .ConfigureAwait(false);
            var status = (int)response.StatusCode;
            _logger.Answered(status, (long)_time.GetElapsedTime(requestedAt).TotalMilliseconds);
            var mayBeCharged = record.MayBeCharged;
            var result = await ReadResultAsync(response, record, options, webhook is not null, either.Token)
                .ConfigureAwait(false);
            return new Exchange(
                mayBeCharged ? result with { MayBeCharged = true } : result,
                status,
                RetryAfter.In(response, _time)
            );
        }
        catch (BrokenCircuitException broken)
        {
            var wait = broken.RetryAfter ?? RefusedWait.ToTimeSpan();
            return new Exchange(
                new ProviderResult.Failed(
                    ProviderFailure.Unavailable,
                    Duration.FromTimeSpan(wait),
                    countsAsAttempt: record.Calls > 0
                )
                {
                    MayBeCharged = record.MayBeCharged,
                }
            );
        }
        catch (RateLimiterRejectedException)
        {
            return new Exchange(HeldBack(options));
        }
        catch (Exception broken)
            when (broken
                    is OperationCanceledException
                        or TimeoutRejectedException
                        or HttpRequestException
                        or IOException
            )
        {
            // A connection that is cancelled may break with any of these. A fresh exception for the caller: this one
            // may carry what was sent.
            cancellationToken.ThrowIfCancellationRequested();
            var fault = FailureOf(broken, record, options, deadline.IsCancellationRequested);

            // FullContact may have taken the question up, and send the answer all the same.
            return new Exchange(
                webhook is not null && record.MayBeCharged
                    ? new ProviderResult.CallbackExpected(Duration.FromTimeSpan(_webhook!.Timeout))
                    : fault
            );
        }
    }

    private ProviderResult.Failed FailureOf(
        Exception broken,
        CallRecord record,
        FullContactOptions options,
        bool isTooLate
    )
    {
        if (isTooLate && record.Calls == 0)
        {
            return HeldBack(options);
        }

        var isTimeOut = isTooLate || broken is OperationCanceledException or TimeoutRejectedException;
        if (isTimeOut)
        {
            _logger.TimedOut(isTooLate ? options.Timeout : options.TimeOfOneCall, record.MayBeCharged);
        }
        else
        {
            var error = broken switch
            {
                HttpRequestException request => request.HttpRequestError,
                HttpIOException body => body.HttpRequestError,
                _ => HttpRequestError.Unknown,
            };
            _logger.Unreachable(error, record.MayBeCharged);
        }

        // Whatever may have been answered may be charged for, and is not asked again until a conversation wants it.
        return record.MayBeCharged
            ? new ProviderResult.Failed(isTimeOut ? ProviderFailure.TimedOut : ProviderFailure.NoResponse)
            : new ProviderResult.Failed(ProviderFailure.Unavailable, RefusedWait);
    }

    private ProviderResult.Failed HeldBack(FullContactOptions options)
    {
        _logger.HeldBack(options.CallsPerMinute);
        return new ProviderResult.Failed(ProviderFailure.Throttled, RefusedWait, countsAsAttempt: false);
    }

    /// <summary>
    /// The body is read only where it decides: FullContact's 401 repeats the key, and what is not read cannot leak. A
    /// status that FullContact does not document means what the first of its class does (RFC 9110, section 15).
    /// </summary>
    private async ValueTask<ProviderResult> ReadResultAsync(
        HttpResponseMessage response,
        CallRecord record,
        FullContactOptions options,
        bool isToBeSent,
        CancellationToken cancellationToken
    )
    {
        var status = (int)response.StatusCode;
        if (record.IsRedirected)
        {
            // Whatever it says comes from somebody who was not asked.
            return AccountFailure(ProviderFailure.WrongEndpoint);
        }

        switch (response.StatusCode)
        {
            case HttpStatusCode.Accepted when isToBeSent:
                return new ProviderResult.CallbackExpected(Duration.FromTimeSpan(_webhook!.Timeout));
            case HttpStatusCode.Accepted:
                return await OfQueuedAsync(response, options, cancellationToken).ConfigureAwait(false);
            case HttpStatusCode.Unauthorized:
                return AccountFailure(ProviderFailure.InvalidApiKey);
            case HttpStatusCode.Forbidden:
                return await OfForbiddenAsync(response, options, cancellationToken).ConfigureAwait(false);
            case HttpStatusCode.NotFound:
                using (var notFound = await ReadAsync(response, options, cancellationToken).ConfigureAwait(false))
                {
                    return ErrorMessage.WhatIsMissing(SpanOf(notFound)) switch
                    {
                        ErrorMessage.Missing.Person => new ProviderResult.NoMatch(),
                        ErrorMessage.Missing.Unclear => UnclearNotFound(status),
                        _ => AccountFailure(ProviderFailure.WrongEndpoint),
                    };
                }

            case HttpStatusCode.MethodNotAllowed
            or HttpStatusCode.Gone:
                return AccountFailure(ProviderFailure.WrongEndpoint);
            case HttpStatusCode.UnprocessableEntity:
                // The body of a 422 says what is wrong with the question. One without a body is how
                // NEXL-LTS/full_contact-ruby records a miss.
                using (var unprocessable = await ReadAsync(response, options, cancellationToken).ConfigureAwait(false))
                {
                    return ErrorMessage.IsEmpty(SpanOf(unprocessable))
                        ? new ProviderResult.NoMatch()
                        : BadRequest(status);
                }

            case HttpStatusCode.TooManyRequests:
                return Refused(response, ProviderFailure.Throttled);
            case HttpStatusCode.UnavailableForLegalReasons:
                // FullContact documents no 451. It speaks of one person, and must not count as "nobody is known by that
                // address".
                _logger.Withheld(status);
                return new ProviderResult.Withheld();
            case >= HttpStatusCode.InternalServerError or HttpStatusCode.RequestTimeout:
                return Refused(response, ProviderFailure.Unavailable);
            case HttpStatusCode.BadRequest when isToBeSent:
                using (var refused = await ReadAsync(response, options, cancellationToken).ConfigureAwait(false))
                {
                    return ErrorMessage.IsInvalidWebhook(SpanOf(refused)) ? BadWebhook(status) : BadRequest(status);
                }

            case >= HttpStatusCode.BadRequest:
                return BadRequest(status);
            case >= HttpStatusCode.MultipleChoices:
                return AccountFailure(ProviderFailure.WrongEndpoint);
            default:
                // A match is charged for when it is sent, whether or not it arrives whole.
                record.Open();
                return await OfPersonAsync(response, options, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<ProviderResult> OfPersonAsync(
        HttpResponseMessage response,
        FullContactOptions options,
        CancellationToken cancellationToken
    )
    {
        var status = (int)response.StatusCode;
        ResponseBody? read;
        try
        {
            read = await ReadAsync(response, options, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception broken)
            when (broken is HttpRequestException or IOException && !cancellationToken.IsCancellationRequested)
        {
            return Unreadable(status, "broke off");
        }

        using var body = read;
        if (body is null)
        {
            return Unreadable(status, "is longer than FullContactOptions.MaxAnswerBytes");
        }

        return PersonReader.TryRead(body.Span, out var information, _longestPhotoAddress)
            ? new ProviderResult.Matched(information)
            : Unreadable(status, "is not a JSON object");
    }

    private async ValueTask<ProviderResult> OfForbiddenAsync(
        HttpResponseMessage response,
        FullContactOptions options,
        CancellationToken cancellationToken
    )
    {
        using var body = await ReadAsync(response, options, cancellationToken).ConfigureAwait(false);
        if (ErrorMessage.IsUsageExceeded(SpanOf(body)))
        {
            return AccountFailure(ProviderFailure.QuotaExceeded);
        }

        if (ErrorMessage.IsInvalidApiKey(SpanOf(body)))
        {
            return AccountFailure(ProviderFailure.InvalidApiKey);
        }

        _logger.Forbidden((int)response.StatusCode);
        return new ProviderResult.Failed(ProviderFailure.Forbidden);
    }

    private async ValueTask<ProviderResult> OfQueuedAsync(
        HttpResponseMessage response,
        FullContactOptions options,
        CancellationToken cancellationToken
    )
    {
        if (RetryAfter.In(response, _time) is { } asked)
        {
            return new ProviderResult.Pending(asked);
        }

        using var body = await ReadAsync(response, options, cancellationToken).ConfigureAwait(false);
        return new ProviderResult.Pending(ErrorMessage.WaitIn(SpanOf(body)) ?? QueuedWait);
    }

    private static ValueTask<ResponseBody?> ReadAsync(
        HttpResponseMessage response,
        FullContactOptions options,
        CancellationToken cancellationToken
    ) => ResponseBody.ReadAsync(response.Content, options.MaxResponseBytes, cancellationToken);

    /// <summary>The body of an error. One that is too long is no message of FullContact's.</summary>
    private static ReadOnlySpan<byte> SpanOf(ResponseBody? body) => body is null ? "too long"u8 : body.Span;

    /// <summary>
    /// Nothing is wrong with the question: it waits until the gate is open again, which logs what to do.
    /// </summary>
    private static ProviderResult.Failed AccountFailure(ProviderFailure failure) =>
        new(failure, Duration.Zero, countsAsAttempt: false);

    /// <summary>One customer waits for that, and nobody else.</summary>
    private ProviderResult.Failed UnclearNotFound(int status)
    {
        _logger.UnclearNotFound(status);
        return new ProviderResult.Failed(ProviderFailure.WrongEndpoint, UnclearWait);
    }

    private ProviderResult.Failed BadRequest(int status)
    {
        _logger.BadRequest(status);
        return new ProviderResult.Failed(ProviderFailure.BadRequest);
    }

    private ProviderResult.Failed BadWebhook(int status)
    {
        _logger.BadWebhook(status);
        return new ProviderResult.Failed(ProviderFailure.BadRequest, Duration.Zero);
    }

    private ProviderResult.Failed Refused(HttpResponseMessage response, ProviderFailure failure)
    {
        if (failure != ProviderFailure.Throttled)
        {
            // Of a throttled account the gate tells, once.
            _logger.Refused((int)response.StatusCode, failure);
        }

        return new ProviderResult.Failed(failure, RetryAfter.In(response, _time) ?? RefusedWait);
    }

    private ProviderResult.Failed Unreadable(int status, string fault)
    {
        _logger.Unreadable(status, fault);
        return new ProviderResult.Failed(ProviderFailure.InvalidResponse);
    }

    /// <summary>What came of a question.</summary>
    /// <param name="Answer">The answer; null when there was none to learn from.</param>
    /// <param name="Status">The status that it came with; 0 when there was none.</param>
    /// <param name="RetryAfter">How long FullContact asked to be left alone; null when it did not.</param>
    private readonly record struct Exchange(ProviderResult? Answer, int Status = 0, Duration? RetryAfter = null);
}
