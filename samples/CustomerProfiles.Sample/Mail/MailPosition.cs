namespace CustomerProfiles.Sample.Mail;

/// <summary>Where a message stands in its mailbox, so that a person can find it there.</summary>
/// <param name="Ordinal">The how-manieth message it is, from one.</param>
/// <param name="Offset">The byte at which its From_ line begins.</param>
public readonly record struct MailPosition(long Ordinal, long Offset);
