namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>The stored names of enumeration values. They stay the same when the code is renamed.</summary>
internal static class StoredNames
{
    public const string Dropped = "dropped";

    public const string DoNotKeep = "do-not-keep";

    private static readonly NameTable<IdentityKind> Kinds = new(
        (IdentityKind.Email, "email"),
        (IdentityKind.Phone, "phone"),
        (IdentityKind.Chat, "chat"),
        (IdentityKind.External, "external")
    );

    private static readonly NameTable<ConversationDirection> Triggers = new(
        (ConversationDirection.Received, "received"),
        (ConversationDirection.Composed, "composed")
    );

    private static readonly NameTable<CheckOutcome> Outcomes = new(
        (CheckOutcome.Matched, "matched"),
        (CheckOutcome.NothingToShow, "nothing-to-show"),
        (CheckOutcome.NoMatch, "no-match"),
        (CheckOutcome.Dropped, Dropped),
        (CheckOutcome.Withheld, "withheld")
    );

    private static readonly NameTable<ProviderFailure> Failures = new(
        (ProviderFailure.Unavailable, "unavailable"),
        (ProviderFailure.NoResponse, "no-response"),
        (ProviderFailure.TimedOut, "timed-out"),
        (ProviderFailure.Throttled, "throttled"),
        (ProviderFailure.InvalidApiKey, "invalid-api-key"),
        (ProviderFailure.QuotaExceeded, "quota-exceeded"),
        (ProviderFailure.BudgetExhausted, "budget-exhausted"),
        (ProviderFailure.Forbidden, "forbidden"),
        (ProviderFailure.BadRequest, "bad-request"),
        (ProviderFailure.WrongEndpoint, "wrong-endpoint"),
        (ProviderFailure.InvalidResponse, "invalid-response"),
        (ProviderFailure.Unexpected, "unexpected")
    );

    private static readonly NameTable<ErasureMarkKind> MarkKinds = new(
        (ErasureMarkKind.DoNotLookUp, "do-not-look-up"),
        (ErasureMarkKind.DoNotKeep, DoNotKeep)
    );

    /// <summary>The names of all kinds of identities.</summary>
    public static IEnumerable<string> IdentityKinds => Enum.GetValues<IdentityKind>().Select(Of);

    public static string Of(IdentityKind kind) => Kinds.NameOf(kind);

    public static string Of(ConversationDirection trigger) => Triggers.NameOf(trigger);

    public static string Of(CheckOutcome outcome) => Outcomes.NameOf(outcome);

    public static string Of(ProviderFailure failure) => Failures.NameOf(failure);

    public static string Of(ErasureMarkKind kind) => MarkKinds.NameOf(kind);

    public static IdentityKind Kind(string name) => Kinds.ValueOf(name);

    public static ConversationDirection Trigger(string name) => Triggers.ValueOf(name);

    public static CheckOutcome Outcome(string name) => Outcomes.ValueOf(name);

    public static ProviderFailure Failure(string name) => Failures.ValueOf(name);

    public static ErasureMarkKind MarkKind(string name) => MarkKinds.ValueOf(name);
}
