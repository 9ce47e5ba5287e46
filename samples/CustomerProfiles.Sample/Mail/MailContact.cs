namespace CustomerProfiles.Sample.Mail;

/// <summary>A person in an address field of a message.</summary>
/// <param name="Address">The bare address; null when the field holds none.</param>
/// <param name="Name">The name, decoded; empty when there is none.</param>
/// <param name="Field">
/// The decoded text of the field when MimeKit cannot parse it, for the library to read; else null.
/// </param>
public sealed record MailContact(string? Address, string Name, string? Field = null)
{
    /// <summary>The type's name only, so that no name or address reaches a log.</summary>
    public override string ToString() => nameof(MailContact);
}
