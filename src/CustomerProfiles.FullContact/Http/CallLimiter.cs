using System.Threading.RateLimiting;

namespace CustomerProfiles.FullContact;

/// <summary>
/// Keeps the host's calls below the account's rate. One for the whole host, and apart from the pipeline, so that
/// nothing but another rate fills it anew.
/// </summary>
internal sealed class CallLimiter(FullContactSettings settings) : IDisposable
{
    private const int MostWaiting = 10_000;

    private readonly Lock _lock = new();
    private TokenBucketRateLimiter? _limiter;
    private int _callsPerMinute;
    private bool _isDisposed;

    /// <summary>Waits for a call's turn.</summary>
    public async ValueTask<RateLimitLease> AcquireAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await Present().AcquireAsync(1, cancellationToken).ConfigureAwait(false);
            }
            catch (ObjectDisposedException) when (!_isDisposed)
            {
                // The rate was changed in between; whoever had waited longer was refused, and is asked about again
                // soon.
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

    private TokenBucketRateLimiter Present()
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

    // By the second, or by the call where there is less than one a second, so that a host does not spend its minute at
    // once.
    private static TokenBucketRateLimiter Make(int callsPerMinute)
    {
        var atOnce = Math.Max(1, callsPerMinute / 60);
        return new TokenBucketRateLimiter(
            new TokenBucketRateLimiterOptions
            {
                TokenLimit = atOnce,
                TokensPerPeriod = atOnce,
                ReplenishmentPeriod = TimeSpan.FromMinutes(1) * atOnce / callsPerMinute,
                QueueLimit = MostWaiting,
                QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
                AutoReplenishment = true,
            }
        );
    }
}
