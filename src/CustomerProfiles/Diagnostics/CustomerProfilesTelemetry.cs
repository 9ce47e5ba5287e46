using System.Diagnostics;
using System.Diagnostics.Metrics;
using CustomerProfiles.Conversations;
using CustomerProfiles.Editing;
using CustomerProfiles.Enrichment;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace CustomerProfiles.Diagnostics;

/// <summary>The log and the instruments. A singleton, for making instruments takes a lock of the whole process. Every tag comes from a closed set.</summary>
internal sealed class CustomerProfilesTelemetry : IDisposable
{
    private readonly Meter? _ownMeter;
    private readonly Counter<long> _conversations;
    private readonly Counter<long> _decisions;
    private readonly Counter<long> _checks;
    private readonly Histogram<double> _checkDuration;
    private readonly Counter<long> _edits;
    private readonly ActivitySource _activities = new(CustomerProfilesDiagnostics.ActivitySourceName);

    /// <summary>Takes what the host has; a host without logging or metrics has none.</summary>
    public CustomerProfilesTelemetry(IMeterFactory? meters = null, ILoggerFactory? loggers = null)
    {
        Logger = (loggers ?? NullLoggerFactory.Instance).CreateLogger(CustomerProfilesDiagnostics.LogCategory);

        // A factory owns the meters that it makes.
        var meter = meters?.Create(CustomerProfilesDiagnostics.MeterName) ?? (_ownMeter = new Meter(CustomerProfilesDiagnostics.MeterName));
        _conversations = meter.CreateCounter<long>("customerprofiles.conversations", "{conversation}", "Conversations by outcome.");
        _decisions = meter.CreateCounter<long>("customerprofiles.check.decisions", "{decision}", "Decisions about checks by provider and reason.");
        _checks = meter.CreateCounter<long>("customerprofiles.checks", "{check}", "Attempts at checks by provider and outcome.");
        _checkDuration = meter.CreateHistogram<double>("customerprofiles.check.duration", "s", "How long providers take to answer.");
        _edits = meter.CreateCounter<long>("customerprofiles.edits", "{edit}", "Edits by outcome.");
    }

    public ILogger Logger { get; }

    public ConversationOutcome Took(ConversationOutcome outcome)
    {
        if (_conversations.Enabled)
        {
            _conversations.Add(1, new KeyValuePair<string, object?>("outcome", outcome is ConversationOutcome.Declined declined ? $"declined:{declined.Reason}" : outcome.Code));
        }

        if (_decisions.Enabled)
        {
            foreach (var decision in outcome.Checks)
            {
                _decisions.Add(1, new("provider", decision.Provider), new("reason", decision.Reason.ToString()));
            }
        }

        return outcome;
    }

    public SaveOutcome Saved(SaveOutcome outcome)
    {
        if (_edits.Enabled)
        {
            _edits.Add(1, new KeyValuePair<string, object?>("outcome", outcome.Code));
        }

        return outcome;
    }

    public Activity? StartCheck(string provider) => _activities.StartActivity("customerprofiles.check")?.SetTag("provider", provider);

    public void Checked(Activity? activity, string provider, TimeSpan duration, ProviderAnswer answer)
    {
        var outcome = NameOf(answer);
        activity?.SetTag("outcome", outcome);
        _checks.Add(1, new("provider", provider), new("outcome", outcome));
        _checkDuration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("provider", provider));
    }

    public void AnsweredByItself(string provider, ProviderAnswer answer) => _checks.Add(1, new("provider", provider), new("outcome", NameOf(answer)));

    public void Dispose()
    {
        _activities.Dispose();
        _ownMeter?.Dispose();
    }

    private static string NameOf(ProviderAnswer answer) => answer switch
    {
        ProviderAnswer.Failed failed => $"failed:{failed.Failure}",
        ProviderAnswer.Matched { Information.IsEmpty: true } => "nothing-to-show",
        ProviderAnswer.Matched => "matched",
        ProviderAnswer.NoMatch => "no-match",
        ProviderAnswer.Withheld => "withheld",
        _ => "queued",
    };
}
