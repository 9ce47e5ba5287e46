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
/// The resilience pipeline of each lookup: retry where that cannot cost a second match, pause while FullContact is
/// down, stay below the rate limit, and time out each call. The provider limits the total time, because that includes
/// reading the body.
/// </summary>
internal static class FullContactPipeline
{
    public const string Name = "fullcontact";

    /// <summary>
    /// The longest delay before a retry inside one lookup. After a longer one the core retries, and no call stays open
    /// meanwhile.
    /// </summary>
    public static readonly Duration MaxRetryDelay = Duration.FromSeconds(10);

    private const int MaxRetries = 5;

    private static readonly TimeSpan OutageBreak = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan OutageSampling = TimeSpan.FromSeconds(60);
    private const int OutageCalls = 10;

    /// <summary>
    /// Adds the strategies, the outermost first. They read the options at each call, so a change never rebuilds the
    /// pipeline.
    /// </summary>
    public static void Add(
        ResiliencePipelineBuilder<HttpResponseMessage> pipeline,
        FullContactSettings settings,
        CallLimiter limiter,
        AccountCircuitBreaker breaker,
        TimeProvider time,
        ILogger logger
    )
    {
        pipeline.TimeProvider = time;

        // Polly logs exceptions, which may contain the request. Its metrics do not.
        pipeline.ConfigureTelemetry(NullLoggerFactory.Instance);
        pipeline.AddRetry(Retry(settings, time, logger));

        // Failures at the previous address say nothing about the new one. CloseAsync is synchronous here, because it
        // only waits for listeners, and there are none.
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
                    breaker.PauseForOutage(arguments.BreakDuration);
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
            new TimeoutStrategyOptions { TimeoutGenerator = _ => ValueTask.FromResult(settings.Current.CallTimeout) }
        );
    }

    private static RetryStrategyOptions<HttpResponseMessage> Retry(
        FullContactSettings settings,
        TimeProvider time,
        ILogger logger
    ) =>
        new()
        {
            MaxRetryAttempts = MaxRetries,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = TimeSpan.FromMilliseconds(500),
            MaxDelay = MaxRetryDelay.ToTimeSpan(),
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
                            // FullContact charges only for matches, so a refusal is free. For a 429 it says that even
                            // an immediate retry is safe (docs.fullcontact.com/docs/rate-limiting).
                            { Result: { } response } => IsRefusal(response.StatusCode)
                                && !(RetryAfter.In(response, time) > MaxRetryDelay),
                            { Exception: HttpRequestException or TimeoutRejectedException } =>
                                options.RetryWithoutResponse
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
