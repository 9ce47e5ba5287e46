using System.Text.Json.Serialization;

namespace CustomerProfiles;

/// <summary>Why a conversation requested a check with a provider, or did not.</summary>
/// <remarks>
/// A recheck policy decides with the first four; the others are reasons outside the policy, which no policy can change.
/// </remarks>
[JsonConverter(typeof(JsonStringEnumConverter<CheckReason>))]
public enum CheckReason
{
    /// <summary>Requested: no check of this customer with the provider was completed yet.</summary>
    FirstCheck,

    /// <summary>Requested: a new conversation was received, and the last check is long enough ago.</summary>
    Due,

    /// <summary>Not requested: the last check is not long enough ago.</summary>
    NotDueYet,

    /// <summary>
    /// Not requested: the last attempt failed a short while ago, in a way that may be charged for.
    /// <c>CustomerProfilesOptions.PauseAfterPaidFailure</c> says how long that holds.
    /// </summary>
    RecentFailure,

    /// <summary>Not requested: a composed conversation never starts a recheck.</summary>
    ComposedNeverRechecks,

    /// <summary>Not requested: this conversation was delivered before for this customer.</summary>
    KnownConversation,

    /// <summary>Not requested: another conversation has requested it, and the check is waiting or running.</summary>
    AlreadyPending,

    /// <summary>Not requested: the provider is disabled for the tenant.</summary>
    ProviderDisabled,

    /// <summary>Not requested: the customer is suppressed.</summary>
    Suppressed,

    /// <summary>
    /// Not requested: the customer's profile holds nothing that this provider can look up, such as a person's e-mail
    /// address.
    /// </summary>
    NothingToLookUpBy,

    /// <summary>
    /// Not requested: a machine sent the conversation, and
    /// <c>CustomerProfilesOptions.SkipChecksForAutomaticConversations</c> is set.
    /// </summary>
    AutomaticConversation,

    /// <summary>
    /// Not requested: as many first checks as <c>CustomerProfilesOptions.MaxFirstChecksPerHour</c> allows were
    /// requested for the tenant within the last hour. The customer's next new received conversation requests it.
    /// </summary>
    FirstCheckLimitReached,

    /// <summary>
    /// Not requested: the conversation was sent before the customer was created, and was reported only later.
    /// </summary>
    SentBeforeCreation,

    /// <summary>
    /// Not requested: the conversation was recorded with many others, and <c>BulkIntakeOptions.RequestChecks</c> is
    /// false. The customer's next new conversation requests it.
    /// </summary>
    BulkIntake,
}
