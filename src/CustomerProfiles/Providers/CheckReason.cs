namespace CustomerProfiles;

/// <summary>Why a conversation started a check with a provider, or did not.</summary>
public enum CheckReason
{
    /// <summary>Asked: the provider has never answered about this customer.</summary>
    FirstCheck,

    /// <summary>Asked: a new conversation was received, and the last check is long enough ago.</summary>
    Due,

    /// <summary>Not asked: the last check is not long enough ago.</summary>
    NotDueYet,

    /// <summary>
    /// Not asked: the last attempt failed a short while ago, in a way that may be charged for.
    /// <c>CustomerProfilesOptions.PauseAfterPaidFailure</c> says how long that holds.
    /// </summary>
    RecentFailure,

    /// <summary>Not asked: a composed conversation never starts a recheck.</summary>
    ComposedNeverRechecks,

    /// <summary>Not asked: this conversation of this customer was told before.</summary>
    KnownConversation,

    /// <summary>Not asked: another conversation has asked already, and the check is waiting or under way.</summary>
    AlreadyPending,

    /// <summary>Not asked: the provider is switched off for the tenant.</summary>
    ProviderDisabled,

    /// <summary>Not asked: the customer is not to be looked up.</summary>
    Suppressed,

    /// <summary>
    /// Not asked: the customer's profile holds nothing that this provider can be asked by, such as an e-mail address of
    /// a person.
    /// </summary>
    NothingToLookUpBy,

    /// <summary>
    /// Not asked: a machine sent the conversation, and
    /// <c>CustomerProfilesOptions.SkipChecksForAutomaticConversations</c> is set.
    /// </summary>
    AutomaticConversation,

    /// <summary>
    /// Not asked: as many first checks as <c>CustomerProfilesOptions.MaxFirstChecksPerHour</c> allows were requested
    /// for the tenant within the last hour. The customer's next new received conversation asks.
    /// </summary>
    FirstCheckLimitReached,

    /// <summary>Not asked: the conversation was sent before the customer was created, and is only now told.</summary>
    SentBeforeCreation,
}
