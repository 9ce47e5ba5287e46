using CustomerProfiles.Providers;

namespace CustomerProfiles;

/// <summary>
/// The closed sets of tag values, written like the codes of outcomes. An undefined value of an enumeration is in none.
/// </summary>
internal static class TagValues
{
    /// <summary>Not made: the provider has paused since the check was claimed.</summary>
    public const string ProviderPaused = "provider-paused";

    /// <summary>Not made: the budget is exhausted.</summary>
    public const string BudgetExhausted = "budget-exhausted";

    /// <summary>Not made: every host that claimed the check died before it ended.</summary>
    public const string TooManyAttempts = "too-many-attempts";

    /// <summary>Not recorded: the host shut down. The check stays pending.</summary>
    public const string Released = "released";

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
            DeclineReason.Erased => "erased",
            _ => CustomerProfilesDiagnostics.OtherTagValue,
        };

    public static string Of(CheckReason reason) =>
        reason switch
        {
            CheckReason.FirstCheck => "first-check",
            CheckReason.Due => "due",
            CheckReason.NotDueYet => "not-due-yet",
            CheckReason.RecentFailure => "recent-failure",
            CheckReason.ComposedNeverRechecks => "composed-never-rechecks",
            CheckReason.KnownConversation => "known-conversation",
            CheckReason.AlreadyPending => "already-pending",
            CheckReason.ProviderDisabled => "provider-disabled",
            CheckReason.Suppressed => "suppressed",
            CheckReason.NothingToLookUpBy => "nothing-to-look-up-by",
            CheckReason.AutomaticConversation => "automatic-conversation",
            CheckReason.FirstCheckLimitReached => "first-check-limit-reached",
            CheckReason.SentBeforeCreation => "sent-before-creation",
            CheckReason.BulkIntake => "bulk-intake",
            _ => CustomerProfilesDiagnostics.OtherTagValue,
        };

    public static string Of(ProviderFailure failure) =>
        failure switch
        {
            ProviderFailure.Unavailable => "unavailable",
            ProviderFailure.NoResponse => "no-response",
            ProviderFailure.TimedOut => "timed-out",
            ProviderFailure.Throttled => "throttled",
            ProviderFailure.InvalidApiKey => "invalid-api-key",
            ProviderFailure.QuotaExceeded => "quota-exceeded",
            ProviderFailure.BudgetExhausted => BudgetExhausted,
            ProviderFailure.Forbidden => "forbidden",
            ProviderFailure.BadRequest => "bad-request",
            ProviderFailure.WrongEndpoint => "wrong-endpoint",
            ProviderFailure.InvalidResponse => "invalid-response",
            ProviderFailure.Unexpected => "unexpected",
            _ => CustomerProfilesDiagnostics.OtherTagValue,
        };

    public static string Of(ProviderResult result) =>
        result switch
        {
            ProviderResult.Matched { Information.IsEmpty: true } => "nothing-to-show",
            ProviderResult.Matched => "matched",
            ProviderResult.NoMatch => "no-match",
            ProviderResult.Withheld => "withheld",
            ProviderResult.Pending => "pending",
            ProviderResult.CallbackExpected => "callback-expected",
            ProviderResult.Failed => "failed",
            _ => CustomerProfilesDiagnostics.OtherTagValue,
        };
}
