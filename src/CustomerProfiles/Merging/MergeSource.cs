using System.Text.Json.Serialization;

namespace CustomerProfiles;

/// <summary>From which of two merged customers an entry is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MergeSource>))]
public enum MergeSource
{
    /// <summary>From the customer who stays.</summary>
    Into,

    /// <summary>From the customer who is absorbed.</summary>
    From,

    /// <summary>From both: the notes, one after the other.</summary>
    Both,
}
