using System.Text.Json.Serialization;

namespace CustomerProfiles;

/// <summary>The kind of an identity.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<IdentityKind>))]
public enum IdentityKind
{
    /// <summary>An e-mail address.</summary>
    Email,

    /// <summary>A telephone number that a conversation came from.</summary>
    Phone,

    /// <summary>An account in a chat service.</summary>
    Chat,

    /// <summary>The customer's id in a system of the host.</summary>
    External,
}
