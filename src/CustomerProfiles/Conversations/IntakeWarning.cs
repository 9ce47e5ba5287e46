using System.Text.Json.Serialization;

namespace CustomerProfiles;

/// <summary>What intake left out or changed, because it did not fit. The conversation is taken all the same.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<IntakeWarning>))]
public enum IntakeWarning
{
    /// <summary>There were several addresses; the first that can be read was taken.</summary>
    SeveralAddresses,

    /// <summary>The name was longer than the limit, and was cut.</summary>
    NameCut,

    /// <summary>
    /// The name held control or text-reordering characters, broken text, or characters that cannot be seen; they were
    /// left out.
    /// </summary>
    NameCleaned,

    /// <summary>
    /// The display name on a role address was not taken, for it is not the name of all who use the address.
    /// </summary>
    NameOnRoleAddress,

    /// <summary>
    /// The display name is still encoded (RFC 2047) and was not taken. Decode header fields before they are passed on.
    /// </summary>
    NameStillEncoded,

    /// <summary>
    /// The conversation's time lies before 1970 or after the present day; the present was taken instead.
    /// </summary>
    TimeImplausible,

    /// <summary>
    /// The display name was not taken, for a machine sent the conversation: what it shows is a subject or a role as
    /// often as a name.
    /// </summary>
    NameOnAutomaticMail,

    /// <summary>
    /// What stood in the place of the name was not taken: an address, a name with another person's address in it, the
    /// name of a group, or nothing that can be seen.
    /// </summary>
    NameLeftOut,

    /// <summary>
    /// The name was not saved, because other writers changed the profile again and again. The next new conversation
    /// fills it in.
    /// </summary>
    NameNotSaved,
}
