using System.Collections.Immutable;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace CustomerProfiles;

/// <summary>
/// The log and the instruments. A singleton, because creating instruments takes a process-wide lock. Every tag value
/// comes from a closed set.
/// </summary>
internal sealed class CustomerProfilesTelemetry : IDisposable
{
    // From an in-memory store to a slow database, and from a fast provider to one that times out.
    private static readonly InstrumentAdvice<double> ConversationBuckets = new()
    {
        HistogramBucketBoundaries = [0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
    };
    private static readonly InstrumentAdvice<double> CheckBuckets = new()
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
    private readonly Counter<long> _events;
    private volatile Measurement<long>[] _lastPending = [];
    private readonly ActivitySource _activities = new(CustomerProfilesDiagnostics.ActivitySourceName);

    /// <summary>Creates the instruments. A host without logging or metrics passes null.</summary>
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
            CustomerProfilesDiagnostics.Conversations,
            "{conversation}",
            "Conversations recorded, by outcome."
        );
        _conversationDuration = meter.CreateHistogram(
            CustomerProfilesDiagnostics.ConversationDuration,
            "s",
            "Duration of recording a conversation.",
            tags: null,
            ConversationBuckets
        );
        _edits = meter.CreateCounter<long>(CustomerProfilesDiagnostics.Edits, "{edit}", "Edits by outcome.");
        _requested = meter.CreateCounter<long>(
            CustomerProfilesDiagnostics.ChecksRequested,
            "{check}",
            "Checks that conversations requested, by reason."
        );
        _notMade = meter.CreateCounter<long>(
            CustomerProfilesDiagnostics.ChecksNotMade,
            "{check}",
            "Checks that were not made, by reason."
        );
        _checks = meter.CreateCounter<long>(
            CustomerProfilesDiagnostics.Checks,
            "{check}",
            "Results of providers, by outcome."
        );
        _checkDuration = meter.CreateHistogram(
            CustomerProfilesDiagnostics.CheckDuration,
            "s",
            "Duration of lookups at providers.",
            tags: null,
            CheckBuckets
        );
        _underWay = meter.CreateUpDownCounter<long>(
            CustomerProfilesDiagnostics.ChecksUnderWay,
            "{check}",
            "Checks that this host has under way."
        );
        _pending = meter.CreateObservableGauge(
            CustomerProfilesDiagnostics.ChecksPending,
            () => _lastPending,
            "{check}",
            "Checks that are pending in the store, of all hosts."
        );
        _dropped = meter.CreateCounter<long>(
            CustomerProfilesDiagnostics.ResultsDropped,
            "{answer}",
            "Results dropped because the provider was disabled or the customer suppressed."
        );
        _leasesLost = meter.CreateCounter<long>(
            CustomerProfilesDiagnostics.LeasesLost,
            "{lease}",
            "Results that came when the check was no longer held."
        );
        _events = meter.CreateCounter<long>(
            CustomerProfilesDiagnostics.Events,
            "{event}",
            "Calls of the handler of events, by outcome."
        );
    }

    public ILogger Logger { get; }

    /// <summary>The timestamp at which intake starts; zero while the histogram has no listener.</summary>
    public long IntakeStarted() => _conversationDuration.Enabled ? _time.GetTimestamp() : 0;

    /// <summary>Counts a recorded conversation, and its duration unless <paramref name="startedAt"/> is zero.</summary>
    public ConversationOutcome Recorded(ConversationOutcome outcome, long startedAt)
    {
        if (_conversations.Enabled)
        {
            var tags = new TagList { { CustomerProfilesDiagnostics.OutcomeTag, outcome.Code } };
            if (outcome is ConversationOutcome.Declined declined)
            {
                tags.Add(CustomerProfilesDiagnostics.ReasonTag, TagValues.Of(declined.Reason));
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
                    new(CustomerProfilesDiagnostics.ReasonTag, TagValues.Of(decision.Reason))
                );
            }
        }

        if (startedAt != 0)
        {
            _conversationDuration.Record(
                _time.GetElapsedTime(startedAt).TotalSeconds,
                new KeyValuePair<string, object?>(CustomerProfilesDiagnostics.OutcomeTag, outcome.Code)
            );
        }

        return outcome;
    }

    /// <summary>Counts an edit.</summary>
    public SaveOutcome Saved(SaveOutcome outcome)
    {
        _edits.Add(1, new KeyValuePair<string, object?>(CustomerProfilesDiagnostics.OutcomeTag, outcome.Code));
        return outcome;
    }

    /// <summary>Starts the activity of a check; null when nobody listens.</summary>
    public Activity? StartCheck(string provider) =>
        _activities
            .StartActivity(CustomerProfilesDiagnostics.CheckActivityName)
            ?.SetTag(CustomerProfilesDiagnostics.ProviderTag, NameOf(provider));

    /// <summary>Adds to, or subtracts from, the checks that this host has under way.</summary>
    public void UnderWay(string provider, int change) => _underWay.Add(change, ProviderTag(provider));

    /// <summary>
    /// Whether the gauge of pending checks has a listener, and this host has providers to count for.
    /// </summary>
    public bool IsPendingWatched => _pending.Enabled && !_providers.Names.IsEmpty;

    /// <summary>Sets the gauge of pending checks, for each of the host's providers and no others.</summary>
    public void Pending(ImmutableArray<PendingChecks> counted) =>
        _lastPending = [
            .. _providers.Names.Select(name => new Measurement<long>(
                counted.FirstOrDefault(one => string.Equals(one.Provider, name, StringComparison.Ordinal)).Count,
                ProviderTag(name)
            )),
        ];

    /// <summary>Empties the gauge of pending checks: their number is no longer known.</summary>
    public void ResetPending() => _lastPending = [];

    /// <summary>Counts a result of a lookup, and its duration.</summary>
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

    /// <summary>Counts a result that came by callback and was recorded.</summary>
    public void CallbackCompleted(string provider, ProviderResult providerResult, CompleteResult result)
    {
        _checks.Add(1, TagsOf(provider, providerResult));
        Ended(provider, result);
    }

    /// <summary>Counts a check that was not made, or whose lookup was cancelled.</summary>
    public void NotMade(Activity? activity, string provider, string reason)
    {
        activity
            ?.SetTag(CustomerProfilesDiagnostics.OutcomeTag, TagValues.NotMade)
            .SetTag(CustomerProfilesDiagnostics.ReasonTag, reason);
        _notMade.Add(1, ProviderTag(provider), new(CustomerProfilesDiagnostics.ReasonTag, reason));
    }

    /// <summary>Counts a call of the handler of events.</summary>
    public void EventHandled(string outcome) =>
        _events.Add(1, new KeyValuePair<string, object?>(CustomerProfilesDiagnostics.OutcomeTag, outcome));

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
        var tags = new TagList
        {
            ProviderTag(provider),
            { CustomerProfilesDiagnostics.OutcomeTag, TagValues.Of(result) },
        };
        if (result is ProviderResult.Failed failed)
        {
            tags.Add(CustomerProfilesDiagnostics.ErrorTypeTag, TagValues.Of(failed.Failure));
        }

        return tags;
    }

    private KeyValuePair<string, object?> ProviderTag(string provider) =>
        new(CustomerProfilesDiagnostics.ProviderTag, NameOf(provider));

    /// <summary>
    /// A provider's name as it was when the host started. A name that a provider changes later makes no new series.
    /// </summary>
    private string NameOf(string provider) =>
        _providers.Names.Contains(provider) ? provider : CustomerProfilesDiagnostics.OtherTagValue;
}
