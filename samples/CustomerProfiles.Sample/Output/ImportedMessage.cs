using CustomerProfiles.Sample.Mail;
using NodaTime;

namespace CustomerProfiles.Sample;

/// <summary>One imported message and its outcome.</summary>
/// <param name="Message">The message.</param>
/// <param name="At">The library's time when it was recorded.</param>
/// <param name="Outcome">Null for mail within the help desk, which is no conversation with a customer.</param>
internal sealed record ImportedMessage(MailItem.Message Message, Instant At, ConversationOutcome? Outcome);
