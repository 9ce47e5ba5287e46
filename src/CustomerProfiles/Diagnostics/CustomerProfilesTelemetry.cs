using System.Collections.Immutable;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace CustomerProfiles;

/// <summary>
/// The log and the instruments. A singleton, for making instruments takes a lock of the whole process. Every tag comes
/// from a closed set.
/// </summary>
internal sealed class CustomerProfilesTelemetry : IDisposable
{
    // From a dictionary's answer to a database's in trouble, and from a quick provider to one that is given up.
    private static readonly InstrumentAdvice<double> OfConversations = new()
    {
        HistogramBucketBoundaries = [0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
    };
    private static readonly InstrumentAdvice<double> OfChecks = new()
    {
        HistogramBucketBoundaries = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    };

    private readonly ProviderRegistry _providers;
    private readonly TimeProvider _time;
    private readonly Meter? _ownMeter;
    private readonly Counter<long> _conversations;
    private readonly Histogram<double> _conversationDuration;
    private readonly Counter<long> _edits;
    private readonly Counter<long> _requested;
    private readonly Counter<long> _notMade;
    private readonly Counter<long> _checks;
    private readonly Histogram<double> _checkDuration;
    private readonly UpDownCounter<long> _underWay;
    private readonly ObservableGauge<long> _pending;
    private readonly Counter<long> _dropped;
    private readonly Counter<long> _leasesLost;
    private volatile Measurement<long>[] _lastPending = [];
    private readonly ActivitySource _activities = new(CustomerProfilesDiagnostics.ActivitySourceName);

    /// <summary>Takes what the host has; a host without logging or metrics has none.</summary>
    public CustomerProfilesTelemetry(
        ProviderRegistry providers,
        TimeProvider time,
        IMeterFactory? meters = null,
        ILoggerFactory? loggers = null
    )
    {
        _providers = providers;
        _time = time;
        Logger = (loggers ?? NullLoggerFactory.Instance).CreateLogger(CustomerProfilesDiagnostics.LogCategory);

        // A factory owns the meters that it makes.
        var meter =
            meters?.Create(CustomerProfilesDiagnostics.MeterName)
            ?? (_ownMeter = new Meter(CustomerProfilesDiagnostics.MeterName));
        _conversations = meter.CreateCounter<long>(
            CustomerProfilesInstruments.Conversations,
            "{conversation}",
            "Conversations taken in, by outcome."
        );
        _conversationDuration = meter.CreateHistogram(
            CustomerProfilesInstruments.ConversationDuration,
            "s",
            "How long taking a conversation in takes.",
            tags: null,
            OfConversations
        );
        _edits = meter.CreateCounter<long>(CustomerProfilesInstruments.Edits, "{edit}", "Edits by outcome.");
        _requested = meter.CreateCounter<long>(
            CustomerProfilesInstruments.ChecksRequested,
            "{check}",
            "Checks that conversations asked for, by reason."
        );
        _notMade = meter.CreateCounter<long>(
            CustomerProfilesInstruments.ChecksNotMade,
            "{check}",
            "Checks that were not made, by reason."
        );
        _checks = meter.CreateCounter<long>(
            CustomerProfilesInstruments.Checks,
            "{check}",
            "Answers of providers, by outcome."
        );
        _checkDuration = meter.CreateHistogram(
            CustomerProfilesInstruments.CheckDuration,
            "s",
            "How long providers take to answer.",
            tags: null,
            OfChecks
        );
        _underWay = meter.CreateUpDownCounter<long>(
            CustomerProfilesInstruments.ChecksUnderWay,
            "{check}",
            "Checks that this host has under way."
        );
        _pending = meter.CreateObservableGauge(
            CustomerProfilesInstruments.ChecksPending,
            () => _lastPending,
            "{check}",
            "Checks that are pending in the store, of all hosts."
        );
        _dropped = meter.CreateCounter<long>(
            CustomerProfilesInstruments.ResultsDropped,
            "{answer}",
            "Answers thrown away because they were not wanted any more."
        );
        _leasesLost = meter.CreateCounter<long>(
            CustomerProfilesInstruments.LeasesLost,
            "{lease}",
            "Answers that came when the check was no longer held."
        );
    }

    public ILogger Logger { get; }

    /// <summary>When a conversation came; zero when nobody wants to know.</summary>
    public long ConversationCame() => _conversationDuration.Enabled ? _time.GetTimestamp() : 0;

    /// <summary>
    /// A conversation was taken in. Where nobody listens, as in most hosts, that costs a look at four instruments and
    /// not the room for their tags.
    /// </summary>
    public ConversationOutcome Took(ConversationOutcome outcome, long cameAt)
    {
        if (_conversations.Enabled || _requested.Enabled || _notMade.Enabled || cameAt != 0)
        {
            Count(outcome, cameAt);
        }

        return outcome;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Count(ConversationOutcome outcome, long cameAt)
    {
        if (_conversations.Enabled)
        {
            var tags = new TagList { { CustomerProfilesTags.Outcome, outcome.Code } };
            if (outcome is ConversationOutcome.Declined declined)
            {
                tags.Add(CustomerProfilesTags.Reason, TagValues.Of(declined.Reason));
            }

            _conversations.Add(1, tags);
        }

        if (_requested.Enabled || _notMade.Enabled)
        {
            foreach (var decision in outcome.Checks)
            {
                (decision.Requested ? _requested : _notMade).Add(
                    1,
                    ProviderTag(decision.Provider),
                    new(CustomerProfilesTags.Reason, TagValues.Of(decision.Reason))
                );
            }
        }

        if (cameAt != 0)
        {
            _conversationDuration.Record(
                _time.GetElapsedTime(cameAt).TotalSeconds,
                new KeyValuePair<string, object?>(CustomerProfilesTags.Outcome, outcome.Code)
            );
        }
    }

    public SaveOutcome Saved(SaveOutcome outcome)
    {
        if (_edits.Enabled)
        {
            _edits.Add(1, new KeyValuePair<string, object?>(CustomerProfilesTags.Outcome, outcome.Code));
        }

        return outcome;
    }

    public Activity? StartCheck(string provider) =>
        _activities
            .StartActivity(CustomerProfilesDiagnostics.CheckActivityName)
            ?.SetTag(CustomerProfilesTags.Provider, NameOf(provider));

    /// <summary>One check more, or one less, is under way on this host.</summary>
    public void UnderWay(string provider, int change) => _underWay.Add(change, ProviderTag(provider));

    /// <summary>
    /// Whether anybody wants to know how many checks are pending, and this host has providers of which it could be
    /// said.
    /// </summary>
    public bool IsPendingWatched => _pending.Enabled && !_providers.Names.IsEmpty;

    /// <summary>So many checks are pending. Shown for each of the host's providers, and for no others.</summary>
    public void Pending(ImmutableArray<PendingChecks> counted) =>
        _lastPending = [
            .. _providers.Names.Select(name => new Measurement<long>(
                counted.FirstOrDefault(one => string.Equals(one.Provider, name, StringComparison.Ordinal)).Count,
                ProviderTag(name)
            )),
        ];

    /// <summary>It is not known any more how many checks are pending.</summary>
    public void ResetPending() => _lastPending = [];

    /// <summary>The provider was asked, and answered or failed.</summary>
    public void Checked(
        Activity? activity,
        string provider,
        TimeSpan duration,
        ProviderResult providerResult,
        CompleteResult? result
    )
    {
        var tags = TagsOf(provider, providerResult);
        if (activity is not null)
        {
            foreach (var (key, value) in tags)
            {
                activity.SetTag(key, value);
            }

            if (providerResult is ProviderResult.Failed)
            {
                activity.SetStatus(ActivityStatusCode.Error);
            }
        }

        _checks.Add(1, tags);
        _checkDuration.Record(duration.TotalSeconds, tags);
        Ended(provider, result);
    }

    /// <summary>An answer came from outside, and was taken.</summary>
    public void CallbackCompleted(string provider, ProviderResult providerResult, CompleteResult result)
    {
        _checks.Add(1, TagsOf(provider, providerResult));
        Ended(provider, result);
    }

    /// <summary>The provider was not asked in the end, or what it was asked is given up.</summary>
    public void NotMade(Activity? activity, string provider, string reason)
    {
        activity?.SetTag(CustomerProfilesTags.Outcome, TagValues.NotMade).SetTag(CustomerProfilesTags.Reason, reason);
        _notMade.Add(1, ProviderTag(provider), new(CustomerProfilesTags.Reason, reason));
    }

    public void Dispose()
    {
        _activities.Dispose();
        _ownMeter?.Dispose();
    }

    private void Ended(string provider, CompleteResult? result)
    {
        if (result is CompleteResult.Dropped)
        {
            _dropped.Add(1, ProviderTag(provider));
        }
        else if (result is CompleteResult.LeaseLost)
        {
            _leasesLost.Add(1, ProviderTag(provider));
        }
    }

    private TagList TagsOf(string provider, ProviderResult result)
    {
        var tags = new TagList { ProviderTag(provider), { CustomerProfilesTags.Outcome, TagValues.Of(result) } };
        if (result is ProviderResult.Failed failed)
        {
            tags.Add(CustomerProfilesTags.ErrorType, TagValues.Of(failed.Failure));
        }

        return tags;
    }

    private KeyValuePair<string, object?> ProviderTag(string provider) =>
        new(CustomerProfilesTags.Provider, NameOf(provider));

    /// <summary>
    /// A provider's name as it was when the host was built: what a provider makes of its name later is no new series.
    /// </summary>
    private string NameOf(string provider) =>
        _providers.Names.Contains(provider) ? provider : CustomerProfilesTags.Other;
}
