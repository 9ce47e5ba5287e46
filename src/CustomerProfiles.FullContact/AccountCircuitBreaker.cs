using CustomerProfiles.Providers;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace CustomerProfiles.FullContact;

/// <summary>
/// Stops the asking while no question can succeed: the key is wrong, the quota used up, there is no API at the address,
/// or FullContact throttles the account or is down. From time to time one question is let through to see whether it is
/// over.
/// </summary>
/// <remarks>
/// Not the circuit breaker of the HTTP pipeline, which is for outages: that one opens by the share of failures among at
/// least ten calls and sees only the status. Here an answer is read to its message. One lock, nothing waits inside it.
/// </remarks>
internal sealed class AccountCircuitBreaker(TimeProvider time, ILogger<FullContactProvider> logger)
{
    /// <summary>
    /// One failing call may be about one person. So many in a row, with no other answer in between, are about
    /// FullContact.
    /// </summary>
    public const int FailuresOfAnOutage = 3;

    /// <summary>FullContact counts its limit by the minute (docs.fullcontact.com/docs/rate-limiting).</summary>
    private static readonly TimeSpan FirstWait = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();

    private ProviderPause? _closedBy;
    private ProviderPause? _probeIsDue;
    private long _closedAt;
    private TimeSpan _probeAfter;
    private bool _isProbing;
    private int _configuration;
    private int _failuresInARow;
    private int _waits;

    /// <summary>What a report was.</summary>
    public enum Verdict
    {
        /// <summary>About this one question, if anything.</summary>
        OfRequest,

        /// <summary>
        /// About the account as a whole: the question waits until it is open again, and none of its attempts is used
        /// up.
        /// </summary>
        OfAccount,

        /// <summary>About a key or an address that has been replaced since.</summary>
        Outdated,
    }

    /// <summary>Why nothing is to be asked now; null while it is open.</summary>
    public ProviderPause? Pause
    {
        get
        {
            lock (_lock)
            {
                return _closedBy is not null && MayEnter() ? _probeIsDue : _closedBy;
            }
        }
    }

    private bool IsBackedOff => _closedBy?.Failure is ProviderFailure.Throttled or ProviderFailure.Unavailable;

    /// <summary>
    /// Asks nothing for a while, for FullContact is down, and then one question at a time until it is up again.
    /// </summary>
    public void LeaveAlone(TimeSpan wait)
    {
        lock (_lock)
        {
            // Once it is closed, what comes of the probes decides how long it stays so.
            if (_closedBy is null)
            {
                BackOff(ProviderFailure.Unavailable, wait);
            }
        }
    }

    /// <summary>
    /// Lets a question through, or says why not. Whoever gets through reports what came of it, with what is returned
    /// here.
    /// </summary>
    /// <param name="closedBy">Why not, when null is returned.</param>
    public Entry? Enter(out ProviderFailure closedBy)
    {
        lock (_lock)
        {
            closedBy = _closedBy?.Failure ?? default;
            if (!MayEnter())
            {
                return null;
            }

            _isProbing = _closedBy is not null;
            return new Entry(_configuration, _isProbing);
        }
    }

    /// <summary>Takes note of what came of a question.</summary>
    /// <param name="entry">What <see cref="Enter"/> gave.</param>
    /// <param name="result">The answer; null when there was none to learn from.</param>
    /// <param name="status">The status that it came with; 0 when there was none.</param>
    /// <param name="retryAfter">How long FullContact asked to be left alone; null when it did not.</param>
    /// <param name="options">By which it was asked.</param>
    /// <returns>What the answer is about.</returns>
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
                    // Several questions may be on their way when it closes; one line for all of them.
                    if (_closedBy?.Failure != failed.Failure)
                    {
                        CloseFor(new ProviderPause(failed.Failure, RemedyOf(failed.Failure, status, options)));
                        logger.Closed(failed.Failure, _closedBy!.Remedy, options.ProbeInterval);
                    }

                    _waits = 0;
                    Close(options.ProbeInterval);
                    return Verdict.OfAccount;
                case ProviderResult.Failed
                {
                    Failure: ProviderFailure.Throttled or ProviderFailure.Unavailable,
                    MayBeCharged: false
                } failed when IsAboutTheAccount(failed.Failure, status):
                    if (_closedBy is null || (IsBackedOff && entry.IsProbe))
                    {
                        BackOff(failed.Failure, WaitFor(retryAfter, options));
                    }
                    else if (entry.IsProbe)
                    {
                        // It proves neither, so the next probe is to tell.
                        Close(_probeAfter);
                    }

                    return Verdict.OfAccount;
                case null
                or ProviderResult.Failed { Failure: not ProviderFailure.InvalidResponse }
                    when !(IsBackedOff && IsUp(status)):
                    if (entry.IsProbe)
                    {
                        Close(_probeAfter);
                    }

                    return Verdict.OfRequest;
                default:
                    // Asked before the throttling began, an answer does not show that it is over.
                    if (entry.IsProbe || _closedBy?.Failure != ProviderFailure.Throttled)
                    {
                        Open();
                    }

                    return Verdict.OfRequest;
            }
        }
    }

    /// <summary>
    /// Opens it, for what closed it may have been put right. Reports of what was asked before do not count any more.
    /// </summary>
    public void Reset()
    {
        lock (_lock)
        {
            _configuration++;
            _failuresInARow = 0;
            Open();
        }
    }

    /// <summary>Whether whoever answered is up, whatever they think of the question.</summary>
    private static bool IsUp(int status) => status is > 0 and < 500 and not (408 or 429);

    /// <summary>
    /// A 429 is always. The host's own limit of calls, which has no status, never is. Any other failure is when it
    /// repeats.
    /// </summary>
    private bool IsAboutTheAccount(ProviderFailure failure, int status) =>
        failure == ProviderFailure.Throttled ? status == 429 : ++_failuresInARow >= FailuresOfAnOutage || IsBackedOff;

    /// <summary>
    /// As FullContact asks, and longer each time that it is not over after that. The options bound what we add to it.
    /// </summary>
    private TimeSpan WaitFor(Duration? retryAfter, FullContactOptions options)
    {
        var grown = TimeSpan.FromTicks(Math.Min(options.ProbeInterval.Ticks, FirstWait.Ticks << Math.Min(_waits, 20)));
        return retryAfter?.ToTimeSpan() is not { } asked ? grown
            : _waits == 0 || asked > grown ? asked
            : grown;
    }

    private void BackOff(ProviderFailure failure, TimeSpan wait)
    {
        _waits++;
        CloseFor(
            new ProviderPause(
                failure,
                failure == ProviderFailure.Throttled
                    ? $"FullContact throttles this account (HTTP 429). It is left alone for {wait}. If this "
                        + $"goes on, lower FullContactOptions.CallsPerMinute on each host."
                    : $"FullContact fails nearly every call. It is left alone for {wait}; nothing is to be done."
            )
        );
        Close(wait);
        if (failure == ProviderFailure.Throttled)
        {
            logger.Throttled(wait);
        }
        else
        {
            logger.LeftAlone(wait);
        }
    }

    private void CloseFor(ProviderPause pause)
    {
        _closedBy = pause;
        _probeIsDue = pause with { IsProbeDue = true };
    }

    private bool MayEnter() => _closedBy is null || (!_isProbing && time.GetElapsedTime(_closedAt) >= _probeAfter);

    private void Close(TimeSpan probeAfter)
    {
        _closedAt = time.GetTimestamp();
        _probeAfter = probeAfter;
        _isProbing = false;
    }

    private void Open()
    {
        _isProbing = false;
        _waits = 0;
        if (_closedBy is not null)
        {
            _closedBy = null;
            logger.Opened();
        }
    }

    private static string RemedyOf(ProviderFailure failure, int status, FullContactOptions options) =>
        failure switch
        {
            ProviderFailure.InvalidApiKey =>
                $"FullContact refused the API key (HTTP {status}). Set a valid one as FullContactOptions.ApiKey.",
            ProviderFailure.QuotaExceeded =>
                $"FullContact says that the usage limits of the account are exceeded (HTTP {status}). Raise "
                    + $"them with FullContact, or wait for its next period.",
            _ => $"There is no Person Enrich V3 at {EnrichRequest.AddressUnder(options.BaseAddress)} (HTTP "
                + $"{status}). Correct FullContactOptions.BaseAddress, or the proxy in between.",
        };

    /// <summary>A question that was let through.</summary>
    /// <param name="Configuration">The number of the key and address that it is put with.</param>
    /// <param name="IsProbe">Whether it was let through to see whether the gate can open.</param>
    public readonly record struct Entry(int Configuration, bool IsProbe);
}
