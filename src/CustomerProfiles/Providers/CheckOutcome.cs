using System.Text.Json.Serialization;

namespace CustomerProfiles;

/// <summary>What a completed check found.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CheckOutcome>))]
public enum CheckOutcome
{
    /// <summary>The provider knows the person.</summary>
    Matched,

    /// <summary>The provider knows the person, but has nothing that the library keeps.</summary>
    NothingToShow,

    /// <summary>The provider does not know the person.</summary>
    NoMatch,

    /// <summary>
    /// The result came after the provider had been disabled, or after the customer had been suppressed. It was dropped;
    /// the request was sent all the same, and may have been charged for.
    /// </summary>
    Dropped,

    /// <summary>The provider may not publish anything about the person, for legal reasons.</summary>
    Withheld,
}
