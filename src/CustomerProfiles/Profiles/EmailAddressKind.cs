using System.Text.Json.Serialization;

namespace CustomerProfiles;

/// <summary>What stands behind an e-mail address, as far as its name tells.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EmailAddressKind>))]
public enum EmailAddressKind
{
    /// <summary>A person, as far as is known.</summary>
    Personal,

    /// <summary>
    /// A function shared by several people, such as <c>info@</c> or <c>sales@</c>. A customer, but the display name on
    /// it is nobody's name.
    /// </summary>
    Role,

    /// <summary>
    /// An address that nobody reads, such as <c>no-reply@</c> or <c>mailer-daemon@</c>. Not a customer.
    /// </summary>
    NoReply,
}
