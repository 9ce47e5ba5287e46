namespace FullContact.Simulator.Rate;

/// <summary>
/// Spreads requests evenly: each has its share of the minute. An early request waits for its share. A request that
/// would wait for more than a second is rejected after that second, and takes no share.
/// </summary>
internal sealed class RateLimit(TimeProvider time)
{
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly long _start = time.GetTimestamp();
    private int? _requestsPerMinute;
    private TimeSpan _nextShare;

    /// <summary>The number of requests per minute; null for no limit.</summary>
    public int? RequestsPerMinute
    {
        get
        {
            lock (_lock)
            {
                return _requestsPerMinute;
            }
        }
        set
        {
            if (value is { } rate)
            {
                ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rate, nameof(value));
            }

            lock (_lock)
            {
                _requestsPerMinute = value;
                _nextShare = TimeSpan.Zero;
            }
        }
    }

    public RateDecision Decide()
    {
        lock (_lock)
        {
            if (_requestsPerMinute is not { } rate)
            {
                return default;
            }

            var now = time.GetElapsedTime(_start);
            var delay = _nextShare > now ? _nextShare - now : TimeSpan.Zero;
            if (delay > MaxDelay)
            {
                return new RateDecision(true, MaxDelay);
            }

            _nextShare = now + delay + (TimeSpan.FromMinutes(1) / rate);
            return new RateDecision(false, delay);
        }
    }
}
