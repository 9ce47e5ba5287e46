namespace CustomerProfiles;

/// <summary>Why a recheck policy decided as it did.</summary>
public enum RecheckReason
{
    /// <summary>Ask: the provider has never answered about this customer.</summary>
    FirstCheck,

    /// <summary>Ask: a conversation was received, and the last check is long enough ago.</summary>
    Due,

    /// <summary>Do not ask: the last check is not long enough ago.</summary>
    NotDueYet,

    /// <summary>Do not ask: a composed conversation never starts a recheck.</summary>
    ComposedNeverRechecks,
}
