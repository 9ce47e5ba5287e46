using System.Text.Json.Serialization;

namespace CustomerProfiles;

/// <summary>What a change of a customer was made for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<HistoryKind>))]
public enum HistoryKind
{
    /// <summary>Somebody edited the profile, or cleared or reset the photo.</summary>
    Edit,

    /// <summary>Somebody took an earlier change back.</summary>
    Revert,

    /// <summary>A provider's result changed the profile.</summary>
    Check,

    /// <summary>A conversation filled in the name.</summary>
    Conversation,

    /// <summary>An import changed the profile.</summary>
    Import,

    /// <summary>What a provider gave was removed.</summary>
    ProviderDataRemoval,

    /// <summary>The customer was suppressed.</summary>
    Suppression,

    /// <summary>The customer was unsuppressed.</summary>
    Unsuppression,

    /// <summary>Two customers were merged.</summary>
    Merge,

    /// <summary>A merge was undone.</summary>
    Unmerge,
}
