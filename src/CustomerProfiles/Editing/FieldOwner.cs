using System.Text.Json.Serialization;

namespace CustomerProfiles;

/// <summary>Who may change a field.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FieldOwner>))]
public enum FieldOwner
{
    /// <summary>Agents edit it. A provider fills it while it is blank.</summary>
    Agent,

    /// <summary>
    /// It comes from a provider. Agents see it, and send the customer to the provider's page to correct it.
    /// </summary>
    Provider,
}
