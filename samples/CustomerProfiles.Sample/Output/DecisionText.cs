using CustomerProfiles.Sample.Mail;
using NodaTime;
using NodaTime.Text;

namespace CustomerProfiles.Sample;

/// <summary>Describes decisions in words.</summary>
internal static class DecisionText
{
    private static readonly InstantPattern Minute = InstantPattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm");

    public static string Of(Instant instant) => Minute.Format(instant);

    public static string Of(ConversationOutcome? outcome) =>
        outcome switch
        {
            null => "internal",
            ConversationOutcome.Declined => "declined",
            _ => outcome.Code,
        };

    public static string ReasonOf(ConversationOutcome? outcome) =>
        outcome switch
        {
            null => "Mail within the help desk.",
            ConversationOutcome.Declined declined => declined.Explanation,
            _ => string.Join(" ", outcome.Checks.Select(Of).Concat(outcome.Warnings.Select(Of))),
        };

    public static string Of(CheckReason reason) =>
        reason switch
        {
            CheckReason.FirstCheck => "check requested: first check",
            CheckReason.Due => "check requested: recheck due",
            CheckReason.NotDueYet => "not due yet",
            CheckReason.RecentFailure => "recent failure",
            CheckReason.ComposedNeverRechecks => "composed conversations never recheck",
            CheckReason.KnownConversation => "known conversation",
            CheckReason.AlreadyPending => "check already pending",
            CheckReason.ProviderDisabled => "provider disabled",
            CheckReason.Suppressed => "suppressed",
            CheckReason.AutomaticConversation => "automatic mail",
            CheckReason.FirstCheckLimitReached => "limit of first checks per hour reached",
            CheckReason.SentBeforeCreation => "sent before the customer was created",
            CheckReason.BulkIntake => "recorded without checks",
            _ => "role address: no person to look up",
        };

    public static string Of(DeclineReason reason) =>
        reason switch
        {
            DeclineReason.NoAddress => "no address",
            DeclineReason.OwnAddress => "own address",
            DeclineReason.NoReply => "no-reply",
            DeclineReason.Automatic => "automatic",
            DeclineReason.Erased => "erased customer",
            _ => reason.ToString(),
        };

    public static string Of(ErasureMarkKind kind) =>
        kind == ErasureMarkKind.DoNotKeep ? "do not keep" : "do not look up";

    public static string Of(DuplicateReason reason) =>
        reason switch
        {
            DuplicateReason.EmailAddress => "same e-mail address",
            DuplicateReason.PhoneNumber => "same telephone number",
            DuplicateReason.SocialProfile => "same social profile",
            DuplicateReason.NameAndCompany => "same name and company",
            DuplicateReason.NameAndDomain => "same name and e-mail domain",
            _ => reason.ToString(),
        };

    public static string Of(MailItem.Skipped skipped) =>
        skipped.Lines == 1 ? Of(skipped.Fault) : $"{Of(skipped.Fault)} ({skipped.Lines} such lines in a row)";

    private static string Of(MailFault fault) =>
        fault switch
        {
            MailFault.NotAMailbox => "not a mailbox in mbox format",
            MailFault.NoHeader => "no header",
            MailFault.FromLineInText => "a line of text that begins with From, but no message",
            MailFault.HeaderTooLong => "header too long",
            MailFault.CutOff => "file ends within the header",
            _ => "header cannot be read",
        };

    private static string Of(CheckDecision decision)
    {
        var due = decision
            is { Requested: false, Reason: CheckReason.NotDueYet or CheckReason.RecentFailure, DueAfter: { } dueAfter }
            ? $" (after {Of(dueAfter)})"
            : "";
        return $"{Of(decision.Reason)}{due}";
    }

    private static string Of(IntakeWarning warning) =>
        warning switch
        {
            IntakeWarning.SeveralAddresses => "[first of several addresses]",
            IntakeWarning.NameCut => "[name cut]",
            IntakeWarning.NameCleaned => "[name cleaned]",
            IntakeWarning.NameOnRoleAddress => "[name on a role address left out]",
            IntakeWarning.NameLeftOut => "[name left out]",
            IntakeWarning.NameNotSaved => "[name not saved]",
            IntakeWarning.NameStillEncoded => "[encoded name left out]",
            _ => "[implausible date]",
        };
}
