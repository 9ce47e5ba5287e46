namespace CustomerProfiles.Sample.Mail;

/// <summary>The position of a message in its mailbox, so that a person can find it.</summary>
/// <param name="Ordinal">The number of the message, from 1.</param>
/// <param name="Offset">The offset in bytes of its From_ line.</param>
public readonly record struct MailPosition(long Ordinal, long Offset);
