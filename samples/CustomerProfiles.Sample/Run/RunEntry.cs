using CustomerProfiles.Sample.Mail;
using NodaTime;

namespace CustomerProfiles.Sample.Run;

/// <summary>
/// One message of the run, and what came of it. The outcome is null for the help desk's own mail, which is no
/// conversation with a customer.
/// </summary>
internal sealed record RunEntry(MailItem.Message Message, Instant At, ConversationOutcome? Outcome);
