using CustomerProfiles.Providers;

namespace CustomerProfiles;

/// <summary>
/// The closed sets of which tags are made, written like the codes of outcomes. A host's or a provider's own number of
/// an enumeration is in none.
/// </summary>
internal static class TagValues
{
    /// <summary>Not made: the provider asks to be left alone, or a pause began since the check was claimed.</summary>
    public const string ProviderPaused = "provider-paused";

    /// <summary>Not made: the budget is spent.</summary>
    public const string BudgetSpent = "budget-spent";

    /// <summary>Not made: every host that took the check died of it, or at it.</summary>
    public const string TooManyAttempts = "too-many-attempts";

    /// <summary>Not recorded: the host shut down. The check stays pending.</summary>
    public const string Released = "given-back";

    /// <summary>The outcome of the activity of a check that was not made.</summary>
    public const string NotMade = "not-made";

    public static string Of(DeclineReason reason) =>
        reason switch
        {
            DeclineReason.NoAddress => "no-address",
            DeclineReason.OwnAddress => "own-address",
            DeclineReason.NoReply => "no-reply",
            DeclineReason.Automatic => "automatic",
            DeclineReason.HostPolicy => "host-policy",
            DeclineReason.NoIdentity => "no-identity",
            _ => CustomerProfilesTags.Other,
        };

    public static string Of(CheckReason reason) =>
        reason switch
        {
            CheckReason.FirstCheck => "first-check",
            CheckReason.Due => "due",
            CheckReason.NotDueYet => "not-due-yet",
            CheckReason.RecentFailure => "failed-lately",
            CheckReason.ComposedNeverRechecks => "composed-never-rechecks",
            CheckReason.KnownConversation => "same-conversation",
            CheckReason.AlreadyPending => "already-asked",
            CheckReason.ProviderDisabled => "switched-off",
            CheckReason.Suppressed => "do-not-look-up",
            CheckReason.NothingToLookUpBy => "nothing-to-ask-by",
            CheckReason.AutomaticConversation => "automatic-conversation",
            CheckReason.FirstCheckLimitReached => "first-check-limit-reached",
            CheckReason.SentBeforeCreation => "sent-before-creation",
            _ => CustomerProfilesTags.Other,
        };

    public static string Of(ProviderFailure failure) =>
        failure switch
        {
            ProviderFailure.Unavailable => "unavailable",
            ProviderFailure.NoResponse => "unanswered",
            ProviderFailure.TimedOut => "timed-out",
            ProviderFailure.Throttled => "throttled",
            ProviderFailure.InvalidApiKey => "bad-key",
            ProviderFailure.QuotaExceeded => "quota-exceeded",
            ProviderFailure.BudgetExhausted => BudgetSpent,
            ProviderFailure.Forbidden => "forbidden",
            ProviderFailure.BadRequest => "bad-request",
            ProviderFailure.WrongEndpoint => "wrong-address",
            ProviderFailure.InvalidResponse => "unreadable",
            ProviderFailure.Unexpected => "unexpected",
            _ => CustomerProfilesTags.Other,
        };

    public static string Of(ProviderResult result) =>
        result switch
        {
            ProviderResult.Matched { Information.IsEmpty: true } => "nothing-to-show",
            ProviderResult.Matched => "matched",
            ProviderResult.NoMatch => "no-match",
            ProviderResult.Withheld => "withheld",
            ProviderResult.Pending => "queued",
            ProviderResult.CallbackExpected => "will-call",
            ProviderResult.Failed => "failed",
            _ => CustomerProfilesTags.Other,
        };
}
