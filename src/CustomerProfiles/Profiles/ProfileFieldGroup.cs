using System.Text.Json.Serialization;

namespace CustomerProfiles;

/// <summary>Which fields are shown together.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ProfileFieldGroup>))]
public enum ProfileFieldGroup
{
    /// <summary>Who it is: name, photo and the agents' notes.</summary>
    Person,

    /// <summary>Company and job title.</summary>
    Work,

    /// <summary>How to reach them: e-mail addresses, telephone numbers, websites, postal address.</summary>
    Contact,

    /// <summary>What is public about them: social profiles, location, bio.</summary>
    Public,

    /// <summary>The host's own custom properties.</summary>
    Custom,
}
