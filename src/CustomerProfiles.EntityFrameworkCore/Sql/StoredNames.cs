using CustomerProfiles.Enrichment;
using CustomerProfiles.Profiles;
using CustomerProfiles.Rechecks;

namespace CustomerProfiles.EntityFrameworkCore.Sql;

/// <summary>What stands in the database for a value of an enumeration: a name of the database's own, which stays when the code is renamed.</summary>
internal static class StoredNames
{
    public const string Dropped = "dropped";

    private static readonly NameTable<IdentityKind> Kinds = new(
        (IdentityKind.Email, "email"), (IdentityKind.Phone, "phone"), (IdentityKind.Chat, "chat"), (IdentityKind.External, "external"));

    private static readonly NameTable<ProvenanceSource> Sources = new(
        (ProvenanceSource.Agent, "agent"), (ProvenanceSource.Import, "import"), (ProvenanceSource.Conversation, "conversation"), (ProvenanceSource.Provider, "provider"));

    private static readonly NameTable<RecheckTrigger> Triggers = new((RecheckTrigger.Received, "received"), (RecheckTrigger.Composed, "composed"));

    private static readonly NameTable<CheckOutcome> Outcomes = new(
        (CheckOutcome.Matched, "matched"), (CheckOutcome.NothingToShow, "nothing-to-show"), (CheckOutcome.NoMatch, "no-match"), (CheckOutcome.Dropped, Dropped),
        (CheckOutcome.Withheld, "withheld"));

    private static readonly NameTable<ProviderFailure> Failures = new(
        (ProviderFailure.Unavailable, "unavailable"), (ProviderFailure.Unanswered, "unanswered"), (ProviderFailure.TimedOut, "timed-out"), (ProviderFailure.Throttled, "throttled"),
        (ProviderFailure.BadKey, "bad-key"), (ProviderFailure.QuotaExceeded, "quota-exceeded"), (ProviderFailure.BudgetSpent, "budget-spent"), (ProviderFailure.Forbidden, "forbidden"),
        (ProviderFailure.BadRequest, "bad-request"), (ProviderFailure.WrongAddress, "wrong-address"), (ProviderFailure.Unreadable, "unreadable"), (ProviderFailure.Unexpected, "unexpected"));

    /// <summary>The names of all kinds of identities.</summary>
    public static IEnumerable<string> IdentityKinds => Enum.GetValues<IdentityKind>().Select(Of);

    public static string Of(IdentityKind kind) => Kinds.NameOf(kind);

    public static string Of(ProvenanceSource source) => Sources.NameOf(source);

    public static string Of(RecheckTrigger trigger) => Triggers.NameOf(trigger);

    public static string Of(CheckOutcome outcome) => Outcomes.NameOf(outcome);

    public static string Of(ProviderFailure failure) => Failures.NameOf(failure);

    public static IdentityKind Kind(string name) => Kinds.ValueOf(name);

    public static ProvenanceSource Source(string name) => Sources.ValueOf(name);

    public static RecheckTrigger Trigger(string name) => Triggers.ValueOf(name);

    public static CheckOutcome Outcome(string name) => Outcomes.ValueOf(name);

    public static ProviderFailure Failure(string name) => Failures.ValueOf(name);
}
