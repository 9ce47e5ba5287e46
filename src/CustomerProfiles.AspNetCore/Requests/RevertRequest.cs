using System.Text.Json.Serialization;

namespace CustomerProfiles.AspNetCore;

/// <summary>Which changes to look at before they are reverted.</summary>
internal sealed class RevertPreviewRequest
{
    /// <summary>How much; one change unless set.</summary>
    public RevertRange Scope { get; init; }
}

/// <summary>Reverts what a preview has shown.</summary>
internal sealed class RevertRequest
{
    /// <summary>How much, as in the preview; one change unless set.</summary>
    public RevertRange Scope { get; init; }

    /// <summary>The version of the preview. Without it the request is refused with 428.</summary>
    public string? Version { get; init; }

    /// <summary>The conflicts of the preview to overwrite; null for none.</summary>
    public ConflictName?[]? Overwrite { get; init; }
}

/// <summary>Names a conflict of a preview.</summary>
internal sealed class ConflictName
{
    /// <summary>The code of its field.</summary>
    public required string Field { get; init; }

    /// <summary>Its entry within a list; empty or null for a field that is no list.</summary>
    public string? Key { get; init; }
}

/// <summary>How much to revert.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RevertRange>))]
internal enum RevertRange
{
    /// <summary>One change. What came later stays.</summary>
    [JsonStringEnumMemberName("one-change")]
    OneChange,

    /// <summary>The change and every one after it.</summary>
    [JsonStringEnumMemberName("everything-since")]
    EverythingSince,
}

/// <summary>Which field to take out of a history.</summary>
internal sealed class RedactRequest
{
    /// <summary>The code of the field; <c>custom-properties</c> for all custom properties.</summary>
    public required string Field { get; init; }
}
