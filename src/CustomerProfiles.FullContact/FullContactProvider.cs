using System.Net;
using System.Net.Http.Headers;
using CustomerProfiles.Enrichment;
using CustomerProfiles.FullContact.Wire;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using NodaTime;

namespace CustomerProfiles.FullContact;

/// <summary>Asks Person Enrich V3: one call a question, and the HTTP status decides what it means.</summary>
/// <remarks>
/// It never asks twice by itself: FullContact knows no idempotency key, so a repeated question may be paid twice. It only says when asking again is
/// safe, and the core, which counts the attempts, does so.
/// </remarks>
internal sealed class FullContactProvider(
    IHttpClientFactory clients, IOptions<FullContactOptions> options, TimeProvider time, ILogger<FullContactProvider> logger) : IProfileProvider
{
    // The hint of FullContact's own 202: "Please retry your query within about 2 minutes."
    private static readonly Duration QueuedWait = Duration.FromMinutes(2);

    // FullContact names no wait for its 429 and calls even an immediate retry safe; its limit is counted by the minute (docs.fullcontact.com/docs/rate-limiting).
    private static readonly Duration RefusedWait = Duration.FromMinutes(1);

    private readonly FullContactOptions _options = options.Value;
    private readonly Uri _endpoint = EnrichRequest.AddressUnder(options.Value.BaseAddress);

    public string Name => FullContactDefaults.ProviderName;

    public Uri? ClaimPage => _options.ClaimPage;

    public async ValueTask<ProviderAnswer> AskAsync(ProviderQuestion question, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(question);
        if (question.Emails.IsDefaultOrEmpty)
        {
            throw new ArgumentException("There is no e-mail address to ask by.", nameof(question));
        }

        var askedAt = time.GetTimestamp();
        using var deadline = new CancellationTokenSource(_options.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            using var client = clients.CreateClient(FullContactDefaults.HttpClientName);
            using var request = new HttpRequestMessage(HttpMethod.Post, _endpoint);
            request.Content = EnrichRequest.Body(question.Emails, _options.DataFilter);
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));

            // On the request and not among the client's default headers, which whoever gets hold of the named client can read.
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _options.ApiKey);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            logger.Answered((int)response.StatusCode, (long)time.GetElapsedTime(askedAt).TotalMilliseconds);
            return await AnswerOfAsync(response, either.Token).ConfigureAwait(false);
        }
        catch (Exception broken) when (broken is OperationCanceledException or HttpRequestException or IOException)
        {
            // A connection that is cancelled may break with any of these. A fresh exception for the caller: this one may carry what was sent.
            cancellationToken.ThrowIfCancellationRequested();
            if (broken is OperationCanceledException || deadline.IsCancellationRequested)
            {
                logger.TimedOut(_options.Timeout);
                return new ProviderAnswer.Failed(ProviderFailure.TimedOut);
            }

            var error = broken switch
            {
                HttpRequestException request => request.HttpRequestError,
                HttpIOException body => body.HttpRequestError,
                _ => HttpRequestError.Unknown,
            };
            logger.Unreachable(error);
            return new ProviderAnswer.Failed(ProviderFailure.Unavailable, WasNeverSent(error) ? RefusedWait : null);
        }
    }

    /// <summary>Whether the trouble came before there was a connection to ask over. Whatever broke later may have been answered, and charged for.</summary>
    private static bool WasNeverSent(HttpRequestError error) => error is
        HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError;

    /// <summary>
    /// The body is read only where it decides: FullContact's 401 repeats the key, and what is not read cannot leak. A status that FullContact does not
    /// document means what the first of its class does (RFC 9110, section 15).
    /// </summary>
    private async ValueTask<ProviderAnswer> AnswerOfAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        switch (response.StatusCode)
        {
            case HttpStatusCode.Accepted:
                return new ProviderAnswer.Queued(RetryAfter.Of(response, time, QueuedWait));
            case HttpStatusCode.Unauthorized:
                return BadKey(status);
            case HttpStatusCode.Forbidden:
                return await OfForbiddenAsync(response, status, cancellationToken).ConfigureAwait(false);
            case HttpStatusCode.NotFound:
                var notFound = await ReadAsync(response, cancellationToken).ConfigureAwait(false);
                return ErrorMessage.SaysProfileNotFound(notFound.Span) ? new ProviderAnswer.NoMatch() : WrongAddress(status);
            case HttpStatusCode.MethodNotAllowed or HttpStatusCode.Gone:
                return WrongAddress(status);
            case HttpStatusCode.UnprocessableEntity:
                // The body of a 422 says what is wrong with the question. One without a body is how NEXL-LTS/full_contact-ruby records a miss.
                var unprocessable = await ReadAsync(response, cancellationToken).ConfigureAwait(false);
                return ErrorMessage.IsEmpty(unprocessable.Span) ? new ProviderAnswer.NoMatch() : BadRequest(status);
            case HttpStatusCode.TooManyRequests:
                return Refused(response, ProviderFailure.Throttled, RetryAfter.Of(response, time, RefusedWait));
            case HttpStatusCode.UnavailableForLegalReasons:
                // FullContact documents no 451. It would speak of one person and not of the account, and must not count as "nobody is known by that address".
                logger.Withheld(status);
                return new ProviderAnswer.Failed(ProviderFailure.Forbidden);
            case HttpStatusCode.ServiceUnavailable:
                return Refused(response, ProviderFailure.Unavailable, RetryAfter.Of(response, time, RefusedWait));
            case >= HttpStatusCode.InternalServerError:
                // The call may have got as far as the search: whether it was charged for is not known, so nobody asks again by itself.
                return Refused(response, ProviderFailure.Unavailable, askAgainAfter: null);
            case >= HttpStatusCode.BadRequest:
                return BadRequest(status);
            case >= HttpStatusCode.MultipleChoices:
                return WrongAddress(status);
            default:
                return await OfPersonAsync(response, status, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<ProviderAnswer> OfPersonAsync(HttpResponseMessage response, int status, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte>? body;
        try
        {
            body = await AnswerBody.ReadAsync(response.Content, _options.MaxAnswerBytes, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException && !cancellationToken.IsCancellationRequested)
        {
            return Unreadable(status, "broke off");
        }

        if (body is not { } bytes)
        {
            return Unreadable(status, "is longer than FullContactOptions.MaxAnswerBytes");
        }

        return PersonReader.TryRead(bytes.Span, out var information)
            ? new ProviderAnswer.Matched(information)
            : Unreadable(status, "is not a JSON object");
    }

    private async ValueTask<ProviderAnswer> OfForbiddenAsync(HttpResponseMessage response, int status, CancellationToken cancellationToken)
    {
        var body = await ReadAsync(response, cancellationToken).ConfigureAwait(false);
        if (ErrorMessage.SaysUsageExceeded(body.Span))
        {
            logger.QuotaExceeded(status);
            return new ProviderAnswer.Failed(ProviderFailure.QuotaExceeded);
        }

        if (ErrorMessage.SaysBadKey(body.Span))
        {
            return BadKey(status);
        }

        logger.Forbidden(status);
        return new ProviderAnswer.Failed(ProviderFailure.Forbidden);
    }

    /// <summary>The body of an error. One that is too long is no message of FullContact's.</summary>
    private async ValueTask<ReadOnlyMemory<byte>> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
        await AnswerBody.ReadAsync(response.Content, _options.MaxAnswerBytes, cancellationToken).ConfigureAwait(false) ?? "too long"u8.ToArray();

    private ProviderAnswer.Failed BadKey(int status)
    {
        logger.BadKey(status);
        return new ProviderAnswer.Failed(ProviderFailure.BadKey);
    }

    private ProviderAnswer.Failed WrongAddress(int status)
    {
        logger.WrongAddress(_endpoint, status);
        return new ProviderAnswer.Failed(ProviderFailure.WrongAddress);
    }

    private ProviderAnswer.Failed BadRequest(int status)
    {
        logger.BadRequest(status);
        return new ProviderAnswer.Failed(ProviderFailure.BadRequest);
    }

    private ProviderAnswer.Failed Refused(HttpResponseMessage response, ProviderFailure failure, Duration? askAgainAfter)
    {
        logger.Refused((int)response.StatusCode, failure);
        return new ProviderAnswer.Failed(failure, askAgainAfter);
    }

    private ProviderAnswer.Failed Unreadable(int status, string trouble)
    {
        logger.Unreadable(status, trouble);
        return new ProviderAnswer.Failed(ProviderFailure.Unreadable);
    }
}
