namespace CustomerProfiles.Sample.Mail;

/// <summary>Somebody who is named in an address field of a message.</summary>
/// <param name="Address">The bare address; null when the field holds none.</param>
/// <param name="Name">The name, decoded; empty when there is none.</param>
/// <param name="Field">
/// The field as it stands, decoded, when MimeKit could not take it apart; else null. CustomerProfiles reads it then.
/// </param>
public sealed record MailContact(string? Address, string Name, string? Field = null)
{
    /// <summary>The type only: a name or an address in a log is one too many.</summary>
    public override string ToString() => nameof(MailContact);
}
