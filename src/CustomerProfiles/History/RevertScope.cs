using System.Text.Json.Serialization;

namespace CustomerProfiles;

/// <summary>How much to take back.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RevertScope>))]
public enum RevertScope
{
    /// <summary>One change. What came later stays.</summary>
    OneChange,

    /// <summary>The change and every one after it.</summary>
    EverythingSince,
}
