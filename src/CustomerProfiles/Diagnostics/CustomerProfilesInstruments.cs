namespace CustomerProfiles;

/// <summary>The names of the core's instruments, for views, dashboards and alerts. They are stable.</summary>
public static class CustomerProfilesInstruments
{
    /// <summary>
    /// Counts conversations that were taken in, by <see cref="CustomerProfilesTags.Outcome"/>, and when declined by
    /// <see cref="CustomerProfilesTags.Reason"/>.
    /// </summary>
    public const string Conversations = "customerprofiles.conversations";

    /// <summary>
    /// How long taking a conversation in takes, in seconds, by <see cref="CustomerProfilesTags.Outcome"/>. Nearly all
    /// of it is the store's.
    /// </summary>
    public const string ConversationDuration = "customerprofiles.conversation.duration";

    /// <summary>Counts edits, by <see cref="CustomerProfilesTags.Outcome"/>.</summary>
    public const string Edits = "customerprofiles.edits";

    /// <summary>
    /// Counts checks that conversations asked for, by <see cref="CustomerProfilesTags.Provider"/> and
    /// <see cref="CustomerProfilesTags.Reason"/>.
    /// </summary>
    public const string ChecksRequested = "customerprofiles.checks.requested";

    /// <summary>
    /// Counts checks that were not made, by <see cref="CustomerProfilesTags.Provider"/> and
    /// <see cref="CustomerProfilesTags.Reason"/>: because a conversation asked for none, or because the provider was
    /// not asked in the end.
    /// </summary>
    public const string ChecksNotMade = "customerprofiles.checks.not_made";

    /// <summary>
    /// Counts the answers of providers, by <see cref="CustomerProfilesTags.Provider"/>,
    /// <see cref="CustomerProfilesTags.Outcome"/>, and for failures by <see cref="CustomerProfilesTags.ErrorType"/>.
    /// What comes from outside counts where it is taken.
    /// </summary>
    public const string Checks = "customerprofiles.checks";

    /// <summary>How long providers take to answer, in seconds, with the tags of <see cref="Checks"/>.</summary>
    public const string CheckDuration = "customerprofiles.check.duration";

    /// <summary>
    /// How many checks this host has under way, by <see cref="CustomerProfilesTags.Provider"/>: claimed and not yet
    /// recorded or given back.
    /// </summary>
    public const string ChecksUnderWay = "customerprofiles.checks.under_way";

    /// <summary>
    /// How many checks are pending in the store, over all tenants and hosts, by
    /// <see cref="CustomerProfilesTags.Provider"/>: waiting, put off, or under way. Counted at the runner's sweeps
    /// while somebody listens; nothing is shown before the first count.
    /// </summary>
    public const string ChecksPending = "customerprofiles.checks.pending";

    /// <summary>
    /// Counts answers that were thrown away because the provider was switched off or the customer suppressed meanwhile,
    /// by <see cref="CustomerProfilesTags.Provider"/>.
    /// </summary>
    public const string ResultsDropped = "customerprofiles.answers.dropped";

    /// <summary>
    /// Counts answers that came when the check was no longer held, by <see cref="CustomerProfilesTags.Provider"/>. Each
    /// may have been paid for twice.
    /// </summary>
    public const string LeasesLost = "customerprofiles.leases.lost";
}
