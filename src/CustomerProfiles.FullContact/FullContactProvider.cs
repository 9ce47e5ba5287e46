using System.Net;
using CustomerProfiles.Providers;
using Microsoft.Extensions.Logging;
using NodaTime;
using Polly.CircuitBreaker;
using Polly.RateLimiting;
using Polly.Timeout;

namespace CustomerProfiles.FullContact;

/// <summary>
/// Looks customers up with Person Enrich V3. The HTTP status decides the result; the body is read only where it
/// matters.
/// </summary>
/// <remarks>
/// FullContact has no idempotency key, so a repeated request may be charged twice. A request is repeated only when the
/// one before was refused or never sent: soon by the pipeline of the HTTP client, later by the core, which counts the
/// attempts.
/// </remarks>
internal sealed class FullContactProvider : IProfileProvider, IDisposable
{
    // As FullContact's own 202 says: "Please retry your query within about 2 minutes."
    private static readonly Duration DefaultPendingDelay = Duration.FromMinutes(2);

    // FullContact counts its limit by the minute (docs.fullcontact.com/docs/rate-limiting).
    private static readonly Duration DefaultRetryDelay = Duration.FromMinutes(1);

    // After a 404 whose meaning is unclear. Somebody may pay for the next request, so it comes late.
    private static readonly Duration UnclearNotFoundDelay = Duration.FromHours(1);

    // A limit for a host whose key changes with every request.
    private const int MaxConfigurations = 3;

    private readonly IHttpClientFactory _clients;
    private readonly FullContactSettings _settings;
    private readonly IFullContactWebhook? _webhook;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly AccountCircuitBreaker _breaker;
    private readonly ICheckSignal _signal;
    private readonly int _longestPhotoAddress;

    public FullContactProvider(
        IHttpClientFactory clients,
        IHttpMessageHandlerFactory handlers,
        FullContactSettings settings,
        AccountCircuitBreaker breaker,
        ICheckSignal signal,
        IEditRules rules,
        TimeProvider time,
        ILogger<FullContactProvider> logger,
        IFullContactWebhook? webhook = null
    )
    {
        ArgumentNullException.ThrowIfNull(handlers);

        // Creates and validates the client's handlers, so that a wrong one fails the start and not the first lookup.
        _ = handlers.CreateHandler(FullContactDefaults.HttpClientName);
        _clients = clients;
        _settings = settings;
        _webhook = webhook;
        _time = time;
        _logger = logger;
        _breaker = breaker;
        _signal = signal;
        _longestPhotoAddress = rules.Limits.PhotoUrl;
        _settings.AccountChanged += _breaker.Reset;
        _settings.Changed += _signal.Raise;
    }

    public string Name => FullContactDefaults.ProviderName;

    public Uri? ClaimPage => _settings.Current.ClaimPage;

    public Uri? OptOutPage => _settings.Current.OptOutPage;

    public ProviderPause? Pause => _breaker.Pause;

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
            if (_breaker.Enter(out var failure) is not { } entry)
            {
                return new ProviderResult.Failed(failure, Duration.Zero, countsAsAttempt: false);
            }

            // Read after entering, so that a result from older options never counts against newer ones.
            var options = _settings.Current;
            var exchange = default(Exchange);
            AccountCircuitBreaker.Verdict verdict;
            try
            {
                exchange = await ExchangeAsync(request, options, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                verdict = _breaker.Report(entry, exchange.Result, exchange.Status, exchange.RetryAfter, options);
            }

            switch (exchange.Result, verdict)
            {
                case (ProviderResult.Failed failed, AccountCircuitBreaker.Verdict.OfAccount):
                    return failed with { RetryAfter = Duration.Zero, CountsAsAttempt = false };
                case (ProviderResult.Failed { CountsAsAttempt: false }, AccountCircuitBreaker.Verdict.Outdated)
                    when exchange.Status > 0 && configurations < MaxConfigurations:
                    // Refused because of a key or an address that has been corrected since: try the new one.
                    continue;
                default:
                    return exchange.Result!;
            }
        }
    }

    public void Dispose()
    {
        _settings.AccountChanged -= _breaker.Reset;
        _settings.Changed -= _signal.Raise;
    }

    /// <summary>Sends one request through the pipeline and reads its response.</summary>
    private async ValueTask<Exchange> ExchangeAsync(
        ProviderRequest request,
        FullContactOptions options,
        CancellationToken cancellationToken
    )
    {
        var identifiers = EnrichIdentifiers.Of(request, options);
        if (identifiers.IsEmpty)
        {
            throw new ArgumentException(
                "The request has no identifier that FullContact can look up; call CanLookUp first.",
                nameof(request)
            );
        }

        // Only with the first attempt. When no callback came, the next attempt requests the response at once.
        var webhook = request is { Attempt: 1, Callback: { } callback } ? _webhook?.AddressFor(callback) : null;
        using var message = EnrichRequest.Of(identifiers, options, webhook);
        var record = CallRecord.For(message);
        using var deadline = new CancellationTokenSource(options.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            var startedAt = _time.GetTimestamp();
            using var client = _clients.CreateClient(FullContactDefaults.HttpClientName);
            using var response = await client
                .SendAsync(message, HttpCompletionOption.ResponseHeadersRead, either.Token)
                .ConfigureAwait(false);
            var status = (int)response.StatusCode;
            _logger.Responded(status, (long)_time.GetElapsedTime(startedAt).TotalMilliseconds);
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
            return new Exchange(CircuitBroken(broken, record));
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
            // Cancellation may surface as any of these. The caller gets a new exception: this one may carry the
            // request.
            cancellationToken.ThrowIfCancellationRequested();
            var failure = FailureOf(broken, record, options, deadline.IsCancellationRequested);

            // FullContact may have received the request, and may still call the webhook.
            return new Exchange(webhook is not null && record.MayBeCharged ? CallbackExpected() : failure);
        }
    }

    private ProviderResult.CallbackExpected CallbackExpected() => new(Duration.FromTimeSpan(_webhook!.Timeout));

    private static ProviderResult.Failed CircuitBroken(BrokenCircuitException broken, CallRecord record) =>
        new(
            ProviderFailure.Unavailable,
            broken.RetryAfter is { } wait ? Duration.FromTimeSpan(wait) : DefaultRetryDelay,
            countsAsAttempt: record.Calls > 0
        )
        {
            MayBeCharged = record.MayBeCharged,
        };

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
            _logger.TimedOut(isTooLate ? options.Timeout : options.CallTimeout, record.MayBeCharged);
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

        // A request that may be charged is not retried; only a later conversation causes another lookup.
        return record.MayBeCharged
            ? new ProviderResult.Failed(isTimeOut ? ProviderFailure.TimedOut : ProviderFailure.NoResponse)
            : new ProviderResult.Failed(ProviderFailure.Unavailable, DefaultRetryDelay);
    }

    private ProviderResult.Failed HeldBack(FullContactOptions options)
    {
        _logger.HeldBack(options.CallsPerMinute);
        return new ProviderResult.Failed(ProviderFailure.Throttled, DefaultRetryDelay, countsAsAttempt: false);
    }

    /// <summary>
    /// Maps the response to a result. Its body is read only where it matters: FullContact's 401 repeats the key, and
    /// what is not read cannot leak. A status that FullContact does not document means what the first of its class
    /// means (RFC 9110, section 15).
    /// </summary>
    private async ValueTask<ProviderResult> ReadResultAsync(
        HttpResponseMessage response,
        CallRecord record,
        FullContactOptions options,
        bool hasWebhook,
        CancellationToken cancellationToken
    )
    {
        var status = (int)response.StatusCode;
        if (record.IsRedirected)
        {
            // The response is from a host that the request was not meant for.
            return AccountFailure(ProviderFailure.WrongEndpoint);
        }

        switch (response.StatusCode)
        {
            case HttpStatusCode.Accepted when hasWebhook:
                return CallbackExpected();
            case HttpStatusCode.Accepted:
                return await ReadPendingAsync(response, options, cancellationToken).ConfigureAwait(false);
            case HttpStatusCode.Unauthorized:
                return AccountFailure(ProviderFailure.InvalidApiKey);
            case HttpStatusCode.Forbidden:
                return await ReadForbiddenAsync(response, options, cancellationToken).ConfigureAwait(false);
            case HttpStatusCode.NotFound:
                using (var notFound = await ReadBodyAsync(response, options, cancellationToken).ConfigureAwait(false))
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
                // The body of a 422 says what is wrong with the request. One without a body means no match, as the
                // client NEXL-LTS/full_contact-ruby records it.
                using (
                    var unprocessable = await ReadBodyAsync(response, options, cancellationToken).ConfigureAwait(false)
                )
                {
                    return ErrorMessage.IsEmpty(SpanOf(unprocessable))
                        ? new ProviderResult.NoMatch()
                        : BadRequest(status);
                }

            case HttpStatusCode.TooManyRequests:
                return Refused(response, ProviderFailure.Throttled);
            case HttpStatusCode.UnavailableForLegalReasons:
                // FullContact documents no 451. It concerns one person and is not the same as "no match".
                _logger.Withheld(status);
                return new ProviderResult.Withheld();
            case >= HttpStatusCode.InternalServerError or HttpStatusCode.RequestTimeout:
                return Refused(response, ProviderFailure.Unavailable);
            case HttpStatusCode.BadRequest when hasWebhook:
                using (var refused = await ReadBodyAsync(response, options, cancellationToken).ConfigureAwait(false))
                {
                    return ErrorMessage.IsInvalidWebhook(SpanOf(refused)) ? BadWebhook(status) : BadRequest(status);
                }

            case >= HttpStatusCode.BadRequest:
                return BadRequest(status);
            case >= HttpStatusCode.MultipleChoices:
                return AccountFailure(ProviderFailure.WrongEndpoint);
            default:
                // A match is charged when it is sent, even if it does not arrive completely.
                record.Open();
                return await ReadPersonAsync(response, options, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<ProviderResult> ReadPersonAsync(
        HttpResponseMessage response,
        FullContactOptions options,
        CancellationToken cancellationToken
    )
    {
        var status = (int)response.StatusCode;
        ResponseBody? read;
        try
        {
            read = await ReadBodyAsync(response, options, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception broken)
            when (broken is HttpRequestException or IOException && !cancellationToken.IsCancellationRequested)
        {
            return InvalidResponse(status, "broke off");
        }

        using var body = read;
        if (body is null)
        {
            return InvalidResponse(status, "is longer than FullContactOptions.MaxResponseBytes");
        }

        return PersonReader.TryRead(body.Span, out var information, _longestPhotoAddress)
            ? new ProviderResult.Matched(information)
            : InvalidResponse(status, "is not a JSON object");
    }

    private async ValueTask<ProviderResult> ReadForbiddenAsync(
        HttpResponseMessage response,
        FullContactOptions options,
        CancellationToken cancellationToken
    )
    {
        using var body = await ReadBodyAsync(response, options, cancellationToken).ConfigureAwait(false);
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

    private async ValueTask<ProviderResult> ReadPendingAsync(
        HttpResponseMessage response,
        FullContactOptions options,
        CancellationToken cancellationToken
    )
    {
        if (RetryAfter.In(response, _time) is { } wait)
        {
            return new ProviderResult.Pending(wait);
        }

        using var body = await ReadBodyAsync(response, options, cancellationToken).ConfigureAwait(false);
        return new ProviderResult.Pending(ErrorMessage.WaitIn(SpanOf(body)) ?? DefaultPendingDelay);
    }

    private static ValueTask<ResponseBody?> ReadBodyAsync(
        HttpResponseMessage response,
        FullContactOptions options,
        CancellationToken cancellationToken
    ) => ResponseBody.ReadAsync(response.Content, options.MaxResponseBytes, cancellationToken);

    /// <summary>The body of an error. One that is too long is not a message of FullContact's.</summary>
    private static ReadOnlySpan<byte> SpanOf(ResponseBody? body) => body is null ? "too long"u8 : body.Span;

    /// <summary>
    /// A failure of the account and not of the request: the check waits until the circuit closes. The breaker logs what
    /// to do.
    /// </summary>
    private static ProviderResult.Failed AccountFailure(ProviderFailure failure) =>
        new(failure, Duration.Zero, countsAsAttempt: false);

    /// <summary>Only this customer's check waits.</summary>
    private ProviderResult.Failed UnclearNotFound(int status)
    {
        _logger.UnclearNotFound(status);
        return new ProviderResult.Failed(ProviderFailure.WrongEndpoint, UnclearNotFoundDelay);
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
            // The breaker logs a throttled account, once.
            _logger.Refused((int)response.StatusCode, failure);
        }

        return new ProviderResult.Failed(failure, RetryAfter.In(response, _time) ?? DefaultRetryDelay);
    }

    private ProviderResult.Failed InvalidResponse(int status, string fault)
    {
        _logger.InvalidResponse(status, fault);
        return new ProviderResult.Failed(ProviderFailure.InvalidResponse);
    }

    /// <summary>A request and its response.</summary>
    /// <param name="Result">The result; null when an exception ended the exchange.</param>
    /// <param name="Status">The HTTP status; 0 when there was no response.</param>
    /// <param name="RetryAfter">How long FullContact asked to wait; null when it did not.</param>
    private readonly record struct Exchange(ProviderResult? Result, int Status = 0, Duration? RetryAfter = null);
}
