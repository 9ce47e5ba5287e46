namespace CustomerProfiles;

/// <summary>
/// The names under which the library can be observed: log category, meter, instruments, activities, tags. They are
/// stable. No name, address, note or key is ever part of a log line, a metric or a trace.
/// </summary>
public static class CustomerProfilesDiagnostics
{
    /// <summary>The category of every log line of the core. Event ids are stable.</summary>
    public const string LogCategory = "CustomerProfiles";

    /// <summary>The name of the meter.</summary>
    public const string MeterName = "CustomerProfiles";

    /// <summary>
    /// The name of the activity source. A check is an activity; intake and edits are part of the host's own.
    /// </summary>
    public const string ActivitySourceName = "CustomerProfiles";

    /// <summary>The name of the activity of a check, from its claim to its record.</summary>
    public const string CheckActivityName = "customerprofiles.check";

    /// <summary>
    /// Counts recorded conversations, by <see cref="OutcomeTag"/>, and when declined by <see cref="ReasonTag"/>.
    /// </summary>
    public const string Conversations = "customerprofiles.conversations";

    /// <summary>
    /// The duration of recording a conversation, in seconds, by <see cref="OutcomeTag"/>. Nearly all of it is the
    /// store's.
    /// </summary>
    public const string ConversationDuration = "customerprofiles.conversation.duration";

    /// <summary>Counts edits, by <see cref="OutcomeTag"/>.</summary>
    public const string Edits = "customerprofiles.edits";

    /// <summary>
    /// Counts checks that conversations requested, by <see cref="ProviderTag"/> and <see cref="ReasonTag"/>.
    /// </summary>
    public const string ChecksRequested = "customerprofiles.checks.requested";

    /// <summary>
    /// Counts checks that were not made, by <see cref="ProviderTag"/> and <see cref="ReasonTag"/>: because a
    /// conversation requested none, or because the provider was not called in the end.
    /// </summary>
    public const string ChecksNotMade = "customerprofiles.checks.not_made";

    /// <summary>
    /// Counts the results of providers, by <see cref="ProviderTag"/>, <see cref="OutcomeTag"/>, and for failures by
    /// <see cref="ErrorTypeTag"/>. A result that comes by callback counts on the host that records it.
    /// </summary>
    public const string Checks = "customerprofiles.checks";

    /// <summary>The duration of lookups, in seconds, with the tags of <see cref="Checks"/>.</summary>
    public const string CheckDuration = "customerprofiles.check.duration";

    /// <summary>
    /// The number of checks that this host has under way, by <see cref="ProviderTag"/>: claimed, and not yet recorded
    /// or released.
    /// </summary>
    public const string ChecksUnderWay = "customerprofiles.checks.under_way";

    /// <summary>
    /// The number of checks that are pending in the store, over all tenants and hosts, by <see cref="ProviderTag"/>:
    /// waiting, delayed, or under way. Counted at the runner's sweeps while the gauge has a listener; nothing is shown
    /// before the first count.
    /// </summary>
    public const string ChecksPending = "customerprofiles.checks.pending";

    /// <summary>
    /// Counts results that were dropped because the provider was disabled or the customer suppressed meanwhile, by
    /// <see cref="ProviderTag"/>.
    /// </summary>
    public const string ResultsDropped = "customerprofiles.answers.dropped";

    /// <summary>
    /// Counts results that came when the check was no longer held, by <see cref="ProviderTag"/>. Each may have been
    /// paid for twice.
    /// </summary>
    public const string LeasesLost = "customerprofiles.leases.lost";

    /// <summary>
    /// Counts the calls of the host's handler of events, by <see cref="OutcomeTag"/>: <c>delivered</c>, <c>failed</c>,
    /// or <c>stopped</c> when it failed too often.
    /// </summary>
    public const string Events = "customerprofiles.events";

    /// <summary>The tag with the name of a provider of the host.</summary>
    public const string ProviderTag = "provider";

    /// <summary>The tag with the outcome. Its values, like those of every tag, come from a closed set.</summary>
    public const string OutcomeTag = "outcome";

    /// <summary>The tag with the reason.</summary>
    public const string ReasonTag = "reason";

    /// <summary>The tag with the kind of a failure.</summary>
    public const string ErrorTypeTag = "error.type";

    /// <summary>
    /// The tag value for anything that is not in the closed set, such as a failure of a newer provider.
    /// </summary>
    public const string OtherTagValue = "_OTHER";
}
