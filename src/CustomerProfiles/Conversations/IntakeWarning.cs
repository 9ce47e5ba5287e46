using System.Text.Json.Serialization;

namespace CustomerProfiles;

/// <summary>
/// What intake left out or changed because it did not fit. The conversation is accepted all the same.
/// </summary>
[JsonConverter(typeof(JsonStringEnumConverter<IntakeWarning>))]
public enum IntakeWarning
{
    /// <summary>There were several addresses; the first readable one was used.</summary>
    SeveralAddresses,

    /// <summary>The name was longer than the limit, and was cut.</summary>
    NameCut,

    /// <summary>
    /// The name held control or text-reordering characters, broken text, or invisible characters; they were left out.
    /// </summary>
    NameCleaned,

    /// <summary>
    /// The display name on a role address was not used, because the address is not one person's.
    /// </summary>
    NameOnRoleAddress,

    /// <summary>
    /// The display name is still encoded (RFC 2047) and was not used. Decode header fields before you pass them.
    /// </summary>
    NameStillEncoded,

    /// <summary>
    /// The conversation's time is before 1970 or more than a day in the future; the current time was used instead.
    /// </summary>
    TimeImplausible,

    /// <summary>
    /// The display name was not used, because a machine sent the conversation: it shows a subject or a role as often as
    /// a name.
    /// </summary>
    NameOnAutomaticMail,

    /// <summary>
    /// The display name was not used, because it is not a name: an address, a name with another person's address in it,
    /// the name of a group, or nothing visible.
    /// </summary>
    NameLeftOut,

    /// <summary>
    /// The name was not saved, because other writers changed the profile again and again. The next new conversation
    /// fills it in.
    /// </summary>
    NameNotSaved,
}
