using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using Polly;
using Polly.CircuitBreaker;
using Polly.RateLimiting;
using Polly.Retry;
using Polly.Timeout;

namespace CustomerProfiles.FullContact;

/// <summary>
/// What each question goes through: tried again where that cannot cost a second match, left alone while FullContact is
/// down, kept below the account's rate, and one call not waited for too long. The time for all of it together is the
/// provider's to keep, for it goes on until the body is read.
/// </summary>
internal static class FullContactPipeline
{
    public const string Name = "fullcontact";

    /// <summary>
    /// Whoever is to be left alone for longer is asked again by the core, and holds no call open meanwhile.
    /// </summary>
    public static readonly Duration LongestWaitInPlace = Duration.FromSeconds(10);

    private const int MostRetries = 5;

    private static readonly TimeSpan OutageBreak = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan OutageSampling = TimeSpan.FromSeconds(60);
    private const int OutageCalls = 10;

    /// <summary>
    /// Adds the strategies, the outermost first. They read the options as they are when a call is made, so a change
    /// never tears a pipeline down under its calls.
    /// </summary>
    public static void Add(
        ResiliencePipelineBuilder<HttpResponseMessage> pipeline,
        FullContactSettings settings,
        CallLimiter limiter,
        AccountCircuitBreaker gate,
        TimeProvider time,
        ILogger logger
    )
    {
        pipeline.TimeProvider = time;

        // Its own log lines show exceptions, which may hold what was sent. Its metrics do not.
        pipeline.ConfigureTelemetry(NullLoggerFactory.Instance);
        pipeline.AddRetry(Retry(settings, time, logger));

        // What failed at another address says nothing about this one. It is closed when the call returns; only
        // listeners, of which there are none, would be waited for.
        var circuit = new CircuitBreakerManualControl();
        settings.AccountChanged += () => _ = circuit.CloseAsync();
        pipeline.AddCircuitBreaker(
            new CircuitBreakerStrategyOptions<HttpResponseMessage>
            {
                ShouldHandle = static arguments =>
                    ValueTask.FromResult(
                        arguments.Outcome switch
                        {
                            { Result: { } response } => response.StatusCode >= HttpStatusCode.InternalServerError,
                            { Exception: HttpRequestException or TimeoutRejectedException } => true,
                            _ => false,
                        }
                    ),
                FailureRatio = 0.9,
                MinimumThroughput = OutageCalls,
                SamplingDuration = OutageSampling,
                BreakDuration = OutageBreak,
                ManualControl = circuit,
                OnOpened = arguments =>
                {
                    gate.LeaveAlone(arguments.BreakDuration);
                    return default;
                },
            }
        );
        pipeline.AddRateLimiter(
            new RateLimiterStrategyOptions
            {
                RateLimiter = arguments => limiter.AcquireAsync(arguments.Context.CancellationToken),
            }
        );
        pipeline.AddTimeout(
            new TimeoutStrategyOptions { TimeoutGenerator = _ => ValueTask.FromResult(settings.Current.TimeOfOneCall) }
        );
    }

    private static RetryStrategyOptions<HttpResponseMessage> Retry(
        FullContactSettings settings,
        TimeProvider time,
        ILogger logger
    ) =>
        new()
        {
            MaxRetryAttempts = MostRetries,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = TimeSpan.FromMilliseconds(500),
            MaxDelay = LongestWaitInPlace.ToTimeSpan(),
            DelayGenerator = arguments =>
                ValueTask.FromResult(
                    arguments.Outcome.Result is { } response && RetryAfter.In(response, time) is { } wait
                        ? wait.ToTimeSpan()
                        : (TimeSpan?)null
                ),
            OnRetry = arguments =>
            {
                logger.TriedAgain(arguments.RetryDelay, (int?)arguments.Outcome.Result?.StatusCode ?? 0);
                return default;
            },
            ShouldHandle = arguments =>
            {
                var options = settings.Current;
                return ValueTask.FromResult(
                    arguments.AttemptNumber < options.MaxRetries
                        && arguments.Outcome switch
                        {
                            // FullContact charges for matches alone, so what it refuses is free; and of a 429 it says
                            // that even an immediate retry is safe (docs.fullcontact.com/docs/rate-limiting).
                            { Result: { } response } => IsRefusal(response.StatusCode)
                                && !(RetryAfter.In(response, time) > LongestWaitInPlace),
                            { Exception: HttpRequestException or TimeoutRejectedException } => options.RetryUnanswered
                                || (
                                    arguments.Context.GetRequestMessage() is { } request
                                    && CallRecord.Of(request) is { MayBeCharged: false }
                                ),
                            _ => false,
                        }
                );
            },
        };

    private static bool IsRefusal(HttpStatusCode status) =>
        status
            is HttpStatusCode.TooManyRequests
                or HttpStatusCode.InternalServerError
                or HttpStatusCode.BadGateway
                or HttpStatusCode.ServiceUnavailable
                or HttpStatusCode.GatewayTimeout;
}
