using System.Text.Json.Serialization;

namespace CustomerProfiles;

/// <summary>The kind of an e-mail address, by its name alone.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EmailAddressKind>))]
public enum EmailAddressKind
{
    /// <summary>A person, as far as is known.</summary>
    Personal,

    /// <summary>
    /// A role that several people share, such as <c>info@</c> or <c>sales@</c>. A customer, but the display name is not
    /// taken for a person's.
    /// </summary>
    Role,

    /// <summary>
    /// An address that nobody reads, such as <c>no-reply@</c> or <c>mailer-daemon@</c>. Not a customer.
    /// </summary>
    NoReply,
}
