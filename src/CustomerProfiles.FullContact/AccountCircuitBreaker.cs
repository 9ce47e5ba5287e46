using CustomerProfiles.Providers;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace CustomerProfiles.FullContact;

/// <summary>
/// Pauses all requests while none can succeed: the key is wrong, the quota is used up, there is no API at the address,
/// or FullContact throttles the account or is down. From time to time one probe request is let through.
/// </summary>
/// <remarks>
/// The circuit breaker of the HTTP pipeline is for outages: it counts the share of failures among at least ten calls
/// and sees only the status. This one also knows what the response says. It has one lock, and nothing waits inside it.
/// </remarks>
internal sealed class AccountCircuitBreaker(TimeProvider time, ILogger<FullContactProvider> logger)
{
    /// <summary>
    /// One failing request may concern one person. This many in a row, with no other response in between, are an
    /// outage.
    /// </summary>
    public const int FailuresOfAnOutage = 3;

    /// <summary>FullContact counts its limit by the minute (docs.fullcontact.com/docs/rate-limiting).</summary>
    private static readonly TimeSpan FirstWait = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();

    private ProviderPause? _pause;
    private ProviderPause? _pauseWithProbeDue;
    private long _pausedAt;
    private TimeSpan _probeAfter;
    private bool _isProbing;
    private int _configuration;
    private int _failuresInARow;
    private int _waits;

    /// <summary>What a result concerns.</summary>
    public enum Verdict
    {
        /// <summary>At most this one request.</summary>
        OfRequest,

        /// <summary>The account: the check waits until the pause ends, and its attempt does not count.</summary>
        OfAccount,

        /// <summary>A key or an address that has been replaced since.</summary>
        Outdated,
    }

    /// <summary>Why requests are paused; null while they are not.</summary>
    public ProviderPause? Pause
    {
        get
        {
            lock (_lock)
            {
                return _pause is not null && MayEnter() ? _pauseWithProbeDue : _pause;
            }
        }
    }

    private bool IsBackedOff => _pause?.Failure is ProviderFailure.Throttled or ProviderFailure.Unavailable;

    /// <summary>
    /// Pauses because FullContact is down. After the wait, one request at a time is let through until it is up again.
    /// </summary>
    public void PauseForOutage(TimeSpan wait)
    {
        lock (_lock)
        {
            // A pause that has begun lasts until a probe succeeds.
            if (_pause is null)
            {
                BackOff(ProviderFailure.Unavailable, wait);
            }
        }
    }

    /// <summary>
    /// Lets a request through, or says why not. Whoever gets an entry must report the result with it.
    /// </summary>
    /// <param name="failure">The reason for the pause, when null is returned.</param>
    public Entry? Enter(out ProviderFailure failure)
    {
        lock (_lock)
        {
            failure = _pause?.Failure ?? default;
            if (!MayEnter())
            {
                return null;
            }

            _isProbing = _pause is not null;
            return new Entry(_configuration, _isProbing);
        }
    }

    /// <summary>Reports the result of a request.</summary>
    /// <param name="entry">The entry from <see cref="Enter"/>.</param>
    /// <param name="result">The result; null when an exception ended the request.</param>
    /// <param name="status">The HTTP status; 0 when there was no response.</param>
    /// <param name="retryAfter">How long FullContact asked to wait; null when it did not.</param>
    /// <param name="options">The options that the request was made with.</param>
    /// <returns>What the result concerns.</returns>
    public Verdict Report(
        Entry entry,
        ProviderResult? result,
        int status,
        Duration? retryAfter,
        FullContactOptions options
    )
    {
        lock (_lock)
        {
            if (entry.Configuration != _configuration)
            {
                return Verdict.Outdated;
            }

            if (IsUp(status))
            {
                _failuresInARow = 0;
            }

            switch (result)
            {
                case ProviderResult.Failed
                {
                    Failure: ProviderFailure.InvalidApiKey
                        or ProviderFailure.QuotaExceeded
                        or ProviderFailure.WrongEndpoint,
                    CountsAsAttempt: false,
                } failed:
                    // Several requests may be under way when the pause begins; log it once.
                    if (_pause?.Failure != failed.Failure)
                    {
                        SetPause(new ProviderPause(failed.Failure, RemedyOf(failed.Failure, status, options)));
                        logger.Paused(failed.Failure, _pause!.Remedy, options.ProbeInterval);
                    }

                    _waits = 0;
                    ProbeAfter(options.ProbeInterval);
                    return Verdict.OfAccount;
                case ProviderResult.Failed
                {
                    Failure: ProviderFailure.Throttled or ProviderFailure.Unavailable,
                    MayBeCharged: false
                } failed when IsAboutTheAccount(failed.Failure, status):
                    if (_pause is null || (IsBackedOff && entry.IsProbe))
                    {
                        BackOff(failed.Failure, WaitFor(retryAfter, options));
                    }
                    else if (entry.IsProbe)
                    {
                        // The probe proves neither failure nor success, so probe again.
                        ProbeAfter(_probeAfter);
                    }

                    return Verdict.OfAccount;
                case null
                or ProviderResult.Failed { Failure: not ProviderFailure.InvalidResponse }
                    when !(IsBackedOff && IsUp(status)):
                    if (entry.IsProbe)
                    {
                        ProbeAfter(_probeAfter);
                    }

                    return Verdict.OfRequest;
                default:
                    // A response to a request from before the throttling does not prove that it is over.
                    if (entry.IsProbe || _pause?.Failure != ProviderFailure.Throttled)
                    {
                        Resume();
                    }

                    return Verdict.OfRequest;
            }
        }
    }

    /// <summary>
    /// Resumes, because the cause of the pause may have been corrected. Results of earlier requests no longer count.
    /// </summary>
    public void Reset()
    {
        lock (_lock)
        {
            _configuration++;
            _failuresInARow = 0;
            Resume();
        }
    }

    /// <summary>Whether the status shows that FullContact is up, whatever it says about the request.</summary>
    private static bool IsUp(int status) => status is > 0 and < 500 and not (408 or 429);

    /// <summary>
    /// A 429 always is. The host's own rate limit, which has no status, never is. Any other failure is when it repeats.
    /// </summary>
    private bool IsAboutTheAccount(ProviderFailure failure, int status) =>
        failure == ProviderFailure.Throttled ? status == 429 : ++_failuresInARow >= FailuresOfAnOutage || IsBackedOff;

    /// <summary>
    /// As long as FullContact asks for, and longer after each failed probe, up to
    /// <see cref="FullContactOptions.ProbeInterval"/>.
    /// </summary>
    private TimeSpan WaitFor(Duration? retryAfter, FullContactOptions options)
    {
        var grown = TimeSpan.FromTicks(Math.Min(options.ProbeInterval.Ticks, FirstWait.Ticks << Math.Min(_waits, 20)));
        return retryAfter?.ToTimeSpan() is not { } requested ? grown
            : _waits == 0 || requested > grown ? requested
            : grown;
    }

    private void BackOff(ProviderFailure failure, TimeSpan wait)
    {
        _waits++;
        SetPause(
            new ProviderPause(
                failure,
                failure == ProviderFailure.Throttled
                    ? $"FullContact throttles this account (HTTP 429). Requests are paused for {wait}. If "
                        + $"this continues, lower FullContactOptions.CallsPerMinute on each host."
                    : $"FullContact fails nearly every request. Requests are paused for {wait}; no action is needed."
            )
        );
        ProbeAfter(wait);
        if (failure == ProviderFailure.Throttled)
        {
            logger.Throttled(wait);
        }
        else
        {
            logger.LeftAlone(wait);
        }
    }

    private void SetPause(ProviderPause pause)
    {
        _pause = pause;
        _pauseWithProbeDue = pause with { IsProbeDue = true };
    }

    private bool MayEnter() => _pause is null || (!_isProbing && time.GetElapsedTime(_pausedAt) >= _probeAfter);

    private void ProbeAfter(TimeSpan probeAfter)
    {
        _pausedAt = time.GetTimestamp();
        _probeAfter = probeAfter;
        _isProbing = false;
    }

    private void Resume()
    {
        _isProbing = false;
        _waits = 0;
        if (_pause is not null)
        {
            _pause = null;
            logger.Resumed();
        }
    }

    private static string RemedyOf(ProviderFailure failure, int status, FullContactOptions options) =>
        failure switch
        {
            ProviderFailure.InvalidApiKey =>
                $"FullContact refused the API key (HTTP {status}). Set a valid one as FullContactOptions.ApiKey.",
            ProviderFailure.QuotaExceeded =>
                $"The usage limits of the FullContact account are exceeded (HTTP {status}). Raise them with "
                    + $"FullContact, or wait for its next period.",
            _ => $"There is no Person Enrich V3 at {EnrichRequest.AddressUnder(options.BaseAddress)} (HTTP "
                + $"{status}). Correct FullContactOptions.BaseAddress, or the proxy in between.",
        };

    /// <summary>A request that was let through.</summary>
    /// <param name="Configuration">The number of the key and address that it is made with.</param>
    /// <param name="IsProbe">Whether it tests whether the pause can end.</param>
    public readonly record struct Entry(int Configuration, bool IsProbe);
}
