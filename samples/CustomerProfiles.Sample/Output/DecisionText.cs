using CustomerProfiles.Sample.Mail;
using NodaTime;
using NodaTime.Text;

namespace CustomerProfiles.Sample.Output;

/// <summary>The words for what was decided.</summary>
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

    public static string Why(ConversationOutcome? outcome) =>
        outcome switch
        {
            null => "The help desk's own mail.",
            ConversationOutcome.Declined declined => declined.Explanation,
            _ => string.Join(" ", outcome.Checks.Select(Of).Concat(outcome.Warnings.Select(Of))),
        };

    public static string Of(CheckReason reason) =>
        reason switch
        {
            CheckReason.FirstCheck => "asked: first check",
            CheckReason.Due => "asked: recheck due",
            CheckReason.NotDueYet => "not due yet",
            CheckReason.RecentFailure => "failed a short while ago",
            CheckReason.ComposedNeverRechecks => "composed never rechecks",
            CheckReason.KnownConversation => "same conversation",
            CheckReason.AlreadyPending => "asked already",
            CheckReason.ProviderDisabled => "switched off",
            CheckReason.Suppressed => "not to be looked up",
            CheckReason.AutomaticConversation => "sent by a machine",
            CheckReason.FirstCheckLimitReached => "too many first checks within the hour",
            CheckReason.SentBeforeCreation => "sent before the customer was created",
            _ => "a role address: nobody to ask about",
        };

    public static string Of(MailItem.Unreadable unreadable) =>
        unreadable.Lines == 1
            ? Of(unreadable.Fault)
            : $"{Of(unreadable.Fault)} ({unreadable.Lines} such lines, one after the other)";

    private static string Of(MailFault fault) =>
        fault switch
        {
            MailFault.NotAMailbox => "this is not a mailbox in mbox format",
            MailFault.NoHeader => "there is no header",
            MailFault.FromLineInText => "a line of text that begins with From; it begins no message",
            MailFault.HeaderTooLong => "the header is too long",
            MailFault.CutOff => "the file ends in the middle of it",
            _ => "the header cannot be read",
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
