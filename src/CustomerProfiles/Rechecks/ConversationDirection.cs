using System.Text.Json.Serialization;

namespace CustomerProfiles;

/// <summary>Whether a conversation was received or composed.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ConversationDirection>))]
public enum ConversationDirection
{
    /// <summary>A conversation received from the customer.</summary>
    Received,

    /// <summary>A conversation that an agent composed on the customer's behalf.</summary>
    Composed,
}
