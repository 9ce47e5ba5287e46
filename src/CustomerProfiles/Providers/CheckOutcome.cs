using System.Text.Json.Serialization;

namespace CustomerProfiles;

/// <summary>What a completed check found.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CheckOutcome>))]
public enum CheckOutcome
{
    /// <summary>The provider knows the person.</summary>
    Matched,

    /// <summary>The provider knows the person, and tells nothing of which the library keeps anything.</summary>
    NothingToShow,

    /// <summary>The provider does not know the person.</summary>
    NoMatch,

    /// <summary>
    /// The provider answered after it had been switched off, or after it was said that the customer is not to be looked
    /// up. The answer was thrown away; the question was asked all the same, and may have been paid.
    /// </summary>
    Dropped,

    /// <summary>The provider may not tell anything about the person, for legal reasons.</summary>
    Withheld,
}
