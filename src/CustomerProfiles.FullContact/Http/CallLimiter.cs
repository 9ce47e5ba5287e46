using System.Threading.RateLimiting;

namespace CustomerProfiles.FullContact;

/// <summary>
/// Keeps the host's calls below the account's rate. There is one for the whole host, outside the pipeline, so that only
/// a change of the rate replaces it.
/// </summary>
internal sealed class CallLimiter(FullContactSettings settings) : IDisposable
{
    private const int MaxWaiting = 10_000;

    private readonly Lock _lock = new();
    private TokenBucketRateLimiter? _limiter;
    private int _callsPerMinute;
    private bool _isDisposed;

    /// <summary>Waits until a call is allowed.</summary>
    public async ValueTask<RateLimitLease> AcquireAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await CurrentLimiter().AcquireAsync(1, cancellationToken).ConfigureAwait(false);
            }
            catch (ObjectDisposedException) when (!_isDisposed)
            {
                // The rate has changed meanwhile: wait on the new limiter.
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _limiter?.Dispose();
        }
    }

    private TokenBucketRateLimiter CurrentLimiter()
    {
        var callsPerMinute = settings.Current.CallsPerMinute;
        lock (_lock)
        {
            if (_limiter is null || callsPerMinute != _callsPerMinute)
            {
                _limiter?.Dispose();
                _callsPerMinute = callsPerMinute;
                _limiter = Make(callsPerMinute);
            }

            return _limiter;
        }
    }

    // Tokens are added each second, or one by one below one a second, so that a host does not use its minute at once.
    private static TokenBucketRateLimiter Make(int callsPerMinute)
    {
        var atOnce = Math.Max(1, callsPerMinute / 60);
        return new TokenBucketRateLimiter(
            new TokenBucketRateLimiterOptions
            {
                TokenLimit = atOnce,
                TokensPerPeriod = atOnce,
                ReplenishmentPeriod = TimeSpan.FromMinutes(1) * atOnce / callsPerMinute,
                QueueLimit = MaxWaiting,
                QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
                AutoReplenishment = true,
            }
        );
    }
}
