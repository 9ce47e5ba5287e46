using CustomerProfiles.Providers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using NodaTime;

namespace CustomerProfiles.FullContact.AspNetCore;

/// <summary>Handles one callback: checks the token, reads the body, and passes the result to the core.</summary>
/// <remarks>
/// FullContact documents neither whether it repeats a callback nor how it interprets the status, so the status is what
/// HTTP means by it: 200 recorded, now or before; 404 no valid token; 410 the check no longer waits; 408, 413 and 422 a
/// bad body; 503 try again. After a lost callback the check waits for its timeout, and the request is then repeated.
/// </remarks>
internal sealed class CallbackEndpoint(
    IOptions<FullContactWebhookOptions> options,
    CallbackTokenProtector protector,
    IProviderCallbacks results,
    IEnumerable<IProfileProvider> providers,
    IEditRules rules,
    IClock clock,
    TimeProvider time,
    ILoggerFactory? loggers = null
) : IDisposable
{
    /// <summary>
    /// The time limit for the body. Half the usual limit of a whole request, because it has a few kilobytes.
    /// </summary>
    public static readonly TimeSpan BodyTimeout = TimeSpan.FromSeconds(30);

    private const int RetryAfterSeconds = 30;

    private readonly FullContactWebhookOptions _options = options.Value;
    private readonly bool _hasProvider = providers.Any(provider =>
        string.Equals(provider.Name, FullContactDefaults.ProviderName, StringComparison.Ordinal)
    );
    private readonly ILogger _logger = LoggerOf(loggers);
    private readonly RefusalLog _refusals = new(LoggerOf(loggers), time);

    public void Dispose() => _refusals.Dispose();

    /// <summary>Handles a callback.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (await StatusOfAsync(context).ConfigureAwait(false) is { } status)
        {
            context.Response.StatusCode = status;
            context.Response.ContentLength = 0;
            if (status == StatusCodes.Status503ServiceUnavailable)
            {
                context.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(
                    System.Globalization.CultureInfo.InvariantCulture
                );
            }
        }
    }

    /// <summary>The status of the response; null when the caller has disconnected.</summary>
    private async ValueTask<int?> StatusOfAsync(HttpContext context)
    {
        var tokens = context.Request.Query[FullContactWebhook.TokenParameter];
        if (tokens is not [{ Length: > 0 } token])
        {
            _refusals.Refused(Refusal.TokenMissing, static logger => logger.TokenMissing());
            return StatusCodes.Status404NotFound;
        }

        switch (protector.Unprotect(token, clock.GetCurrentInstant(), out var callback))
        {
            case TokenReading.Expired:
                // Only the owner of the token sees this status, and may know that it has expired.
                _refusals.Refused(Refusal.TokenExpired, logger => logger.TokenExpired(_options.Lifetime));
                return StatusCodes.Status410Gone;
            case TokenReading.Unknown:
                // The same status as for a missing token, so that a caller who guesses learns nothing.
                _refusals.Refused(Refusal.TokenUnknown, static logger => logger.TokenUnknown());
                return StatusCodes.Status404NotFound;
            default:
                return await StatusOfAsync(context, callback!).ConfigureAwait(false);
        }
    }

    private async ValueTask<int?> StatusOfAsync(HttpContext context, CallbackReference callback)
    {
        if (!_hasProvider)
        {
            _refusals.Refused(Refusal.NoProvider, static logger => logger.NoProvider());
            return StatusCodes.Status503ServiceUnavailable;
        }

        using var deadline = new CancellationTokenSource(BodyTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, deadline.Token);
        ReadOnlyMemory<byte>? body;
        try
        {
            body = await CallbackBody
                .ReadAsync(context.Request, _options.MaxBodyBytes, either.Token)
                .ConfigureAwait(false);
        }
        catch (Exception broken) when (broken is OperationCanceledException or IOException)
        {
            return StatusOfBroken(context, broken, deadline.IsCancellationRequested);
        }

        if (body is not { } bytes)
        {
            _refusals.Refused(Refusal.TooLong, logger => logger.TooLong(_options.MaxBodyBytes));
            return StatusCodes.Status413PayloadTooLarge;
        }

        var json = CallbackBody.JsonOf(bytes.Span);
        if (FullContactCallback.Read(json, rules.Limits.PhotoUrl) is not { } result)
        {
            _refusals.Refused(Refusal.NoResult, static logger => logger.NoResult());
            return StatusCodes.Status422UnprocessableEntity;
        }

        return await CompleteAsync(callback, result).ConfigureAwait(false);
    }

    private int? StatusOfBroken(HttpContext context, Exception broken, bool isTooSlow)
    {
        if (context.RequestAborted.IsCancellationRequested)
        {
            _refusals.Refused(Refusal.BrokeOff, static logger => logger.BrokeOff());
            return null;
        }

        if (isTooSlow)
        {
            _refusals.Refused(Refusal.TooSlow, static logger => logger.TooSlow(BodyTimeout));
            return StatusCodes.Status408RequestTimeout;
        }

        // The server's own limits, which the host may have set lower than ours. The server knows the status.
        _refusals.Refused(Refusal.BrokeOff, static logger => logger.BrokeOff());
        return (broken as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status400BadRequest;
    }

    private async ValueTask<int> CompleteAsync(CallbackReference callback, ProviderResult result)
    {
        try
        {
            // Without the request's token: the result is here and may be paid for, so it is recorded even if
            // FullContact disconnects or the host shuts down.
            var receipt = await results.CompleteAsync(callback, result, CancellationToken.None).ConfigureAwait(false);
            _logger.CalledBack(receipt);
            return receipt == CallbackReceipt.NotExpected ? StatusCodes.Status410Gone : StatusCodes.Status200OK;
        }
        catch (Exception exception)
        {
            _logger.NotRecorded(exception.GetType().Name);
            return StatusCodes.Status503ServiceUnavailable;
        }
    }

    private static ILogger LoggerOf(ILoggerFactory? loggers) =>
        (loggers ?? NullLoggerFactory.Instance).CreateLogger<CallbackEndpoint>();
}
