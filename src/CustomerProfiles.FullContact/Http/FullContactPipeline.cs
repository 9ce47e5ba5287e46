using System.Net;
using System.Threading.RateLimiting;
using CustomerProfiles.FullContact.Wire;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using Polly;
using Polly.CircuitBreaker;
using Polly.RateLimiting;
using Polly.Retry;
using Polly.Timeout;

namespace CustomerProfiles.FullContact.Http;

/// <summary>
/// What each question goes through: tried again where that cannot cost a second match, left alone while FullContact is down, kept below the account's rate, and one call
/// not waited for too long. The time for all of it together is the provider's to keep, for it goes on until the body is read.
/// </summary>
internal static class FullContactPipeline
{
    public const string Name = "fullcontact";

    /// <summary>Whoever is to be left alone for longer is asked again by the core, and holds no call open meanwhile.</summary>
    public static readonly Duration LongestWaitInPlace = Duration.FromSeconds(10);

    private static readonly TimeSpan OutageBreak = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan OutageSampling = TimeSpan.FromSeconds(60);
    private const int OutageCalls = 10;
    private const int MostWaiting = 10_000;

    /// <summary>Adds the strategies, the outermost first.</summary>
    public static void Add(ResiliencePipelineBuilder<HttpResponseMessage> pipeline, FullContactOptions options, TimeProvider time, ILogger logger, Action<IDisposable> owns)
    {
        pipeline.TimeProvider = time;

        // Its own log lines show exceptions, which may hold what was sent. Its metrics do not.
        pipeline.ConfigureTelemetry(NullLoggerFactory.Instance);
        if (options.MaxRetries > 0)
        {
            pipeline.AddRetry(Retry(options, time, logger));
        }

        pipeline.AddCircuitBreaker(new CircuitBreakerStrategyOptions<HttpResponseMessage>
        {
            ShouldHandle = static arguments => ValueTask.FromResult(arguments.Outcome switch
            {
                { Result: { } response } => response.StatusCode >= HttpStatusCode.InternalServerError,
                { Exception: HttpRequestException or TimeoutRejectedException } => true,
                _ => false,
            }),
            FailureRatio = 0.9,
            MinimumThroughput = OutageCalls,
            SamplingDuration = OutageSampling,
            BreakDuration = OutageBreak,
        });
        var limiter = Limiter(options.CallsPerMinute);
        owns(limiter);
        pipeline.AddRateLimiter(limiter);
        pipeline.AddTimeout(options.AttemptTimeout ?? options.Timeout);
    }

    private static RetryStrategyOptions<HttpResponseMessage> Retry(FullContactOptions options, TimeProvider time, ILogger logger) => new()
    {
        MaxRetryAttempts = options.MaxRetries,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        Delay = TimeSpan.FromMilliseconds(500),
        MaxDelay = LongestWaitInPlace.ToTimeSpan(),
        DelayGenerator = arguments => ValueTask.FromResult(
            arguments.Outcome.Result is { } response && RetryAfter.In(response, time) is { } wait ? wait.ToTimeSpan() : (TimeSpan?)null),
        OnRetry = arguments =>
        {
            logger.TriedAgain(arguments.RetryDelay, (int?)arguments.Outcome.Result?.StatusCode ?? 0);
            return default;
        },
        ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome switch
        {
            // FullContact charges for matches alone, so what it refuses is free; and of a 429 it says that even an immediate retry is safe (docs.fullcontact.com/docs/rate-limiting).
            { Result: { } response } => IsRefusal(response.StatusCode) && !(RetryAfter.In(response, time) > LongestWaitInPlace),
            { Exception: HttpRequestException exception } => options.RetryUnanswered || CallWitness.WasNeverSent(exception.HttpRequestError),
            { Exception: TimeoutRejectedException } => options.RetryUnanswered,
            _ => false,
        }),
    };

    private static bool IsRefusal(HttpStatusCode status) => status is
        HttpStatusCode.TooManyRequests or HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    // By the second where there is more than one call a second, so that a host does not spend its minute at once.
    private static TokenBucketRateLimiter Limiter(int callsPerMinute)
    {
        var perSecond = callsPerMinute / 60;
        return new TokenBucketRateLimiter(new TokenBucketRateLimiterOptions
        {
            TokenLimit = Math.Max(1, perSecond),
            TokensPerPeriod = Math.Max(1, perSecond),
            ReplenishmentPeriod = perSecond > 0 ? TimeSpan.FromSeconds(1) : TimeSpan.FromMinutes(1) / callsPerMinute,
            QueueLimit = MostWaiting,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
            AutoReplenishment = true,
        });
    }
}
