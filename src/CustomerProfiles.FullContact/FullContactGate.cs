using CustomerProfiles.Enrichment;
using CustomerProfiles.FullContact.Wire;
using Microsoft.Extensions.Logging;

namespace CustomerProfiles.FullContact;

/// <summary>
/// Stops the asking when no question can succeed: the key is wrong, the quota used up, or there is no API at the address. From time to time one question is
/// let through to see whether it is over.
/// </summary>
/// <remarks>
/// Not the circuit breaker of the HTTP pipeline, which is for outages: that one opens by the share of failures among at least two calls, sees only the status, and
/// here a single answer, read to its message, is proof enough. One lock, nothing waits inside it.
/// </remarks>
internal sealed class FullContactGate(TimeProvider time, ILogger<FullContactProvider> logger)
{
    private readonly Lock _lock = new();
    private static readonly ProviderPause Outage = new(ProviderFailure.Unavailable, "FullContact fails nearly every call. Nothing is to be done; it is asked again in half a minute.");

    private ProviderPause? _closedBy;
    private ProviderPause? _probeIsDue;
    private long _closedAt;
    private TimeSpan _probeAfter;
    private bool _isProbing;
    private int _configuration;

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

    /// <summary>Asks nothing for a while, for FullContact is down, and then one question at a time until it is up again.</summary>
    public void LeaveAlone(TimeSpan wait)
    {
        lock (_lock)
        {
            if (_closedBy is null || IsOutage)
            {
                CloseFor(Outage);
                Close(wait);
                logger.LeftAlone(wait);
            }
        }
    }

    /// <summary>Lets a question through, or says why not. Whoever gets through reports what came of it, with the number that is returned here.</summary>
    /// <param name="closedBy">Why not, when null is returned.</param>
    public int? Enter(out ProviderFailure closedBy)
    {
        lock (_lock)
        {
            closedBy = _closedBy?.Failure ?? default;
            if (!MayEnter())
            {
                return null;
            }

            _isProbing = _closedBy is not null;
            return _configuration;
        }
    }

    /// <summary>Takes note of what came of a question.</summary>
    /// <param name="configuration">The number from <see cref="Enter"/>.</param>
    /// <param name="answer">The answer; null when there was none to learn from.</param>
    /// <param name="status">The status that it came with.</param>
    /// <param name="options">By which it was asked.</param>
    public void Report(int configuration, ProviderAnswer? answer, int status, FullContactOptions options)
    {
        lock (_lock)
        {
            // Asked with a key or an address that has been replaced since.
            if (configuration != _configuration)
            {
                return;
            }

            switch (answer)
            {
                case ProviderAnswer.Failed { Failure: ProviderFailure.BadKey or ProviderFailure.QuotaExceeded or ProviderFailure.WrongAddress } failed:
                    // Several questions may be on their way when it closes; one line for all of them.
                    if (_closedBy?.Failure != failed.Failure)
                    {
                        CloseFor(new ProviderPause(failed.Failure, RemedyOf(failed.Failure, status, options)));
                        logger.Closed(failed.Failure, _closedBy!.Remedy, options.ProbeInterval);
                    }

                    Close(options.ProbeInterval);
                    break;
                case null or ProviderAnswer.Failed { Failure: not ProviderFailure.Unreadable } when !(IsOutage && IsUp(status)):
                    // It proves neither, so the next probe is to tell.
                    if (_isProbing)
                    {
                        Close(_probeAfter);
                    }

                    break;
                default:
                    Open();
                    break;
            }
        }
    }

    /// <summary>Opens it, for what closed it may have been put right. Reports of what was asked before do not count any more.</summary>
    public void Reset()
    {
        lock (_lock)
        {
            _configuration++;
            Open();
        }
    }

    private bool IsOutage => ReferenceEquals(_closedBy, Outage);

    /// <summary>Whether whoever answered is up, whatever they think of the question.</summary>
    private static bool IsUp(int status) => status is > 0 and < 500;

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
        if (_closedBy is not null)
        {
            _closedBy = null;
            logger.Opened();
        }
    }

    private static string RemedyOf(ProviderFailure failure, int status, FullContactOptions options) => failure switch
    {
        ProviderFailure.BadKey => $"FullContact refused the API key (HTTP {status}). Set a valid one as FullContactOptions.ApiKey.",
        ProviderFailure.QuotaExceeded => $"FullContact says that the usage limits of the account are exceeded (HTTP {status}). Raise them with FullContact, or wait for its next period.",
        _ => $"There is no Person Enrich V3 at {EnrichRequest.AddressUnder(options.BaseAddress)} (HTTP {status}). Correct FullContactOptions.BaseAddress, or the proxy in between.",
    };
}
