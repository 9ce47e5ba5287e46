using System.Text.Json.Serialization;

namespace CustomerProfiles.AspNetCore;

/// <summary>Changes to one profile, saved all together or not at all.</summary>
internal sealed class EditRequest
{
    /// <summary>The most changes of one request.</summary>
    public const int MostChanges = 500;

    /// <summary>The changes, in any order; 1 to 500.</summary>
    public required ChangeRequest?[] Changes { get; init; }
}

/// <summary>One change of an edit.</summary>
internal sealed class ChangeRequest
{
    /// <summary>What to do.</summary>
    public required ChangeOperation Op { get; init; }

    /// <summary>The code of the field, such as <c>job-title</c> or <c>custom:plan</c>.</summary>
    public required string Field { get; init; }

    /// <summary>The key of the entry to remove; null for every other operation.</summary>
    public string? Key { get; init; }

    /// <summary>The value to set or to add; null for every other operation.</summary>
    public EntryValue? Value { get; init; }

    /// <summary>
    /// The version of the entry as it was shown, <c>unset</c> for one that was not there. Without it the change is
    /// refused with 428.
    /// </summary>
    public string? Version { get; init; }
}

/// <summary>What a change does.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ChangeOperation>))]
internal enum ChangeOperation
{
    /// <summary>Sets a field that holds one value.</summary>
    [JsonStringEnumMemberName("set")]
    Set,

    /// <summary>Clears a field on purpose: no provider fills it again.</summary>
    [JsonStringEnumMemberName("clear")]
    Clear,

    /// <summary>Removes what a person set or cleared, so that a provider may fill the field again.</summary>
    [JsonStringEnumMemberName("reset")]
    Reset,

    /// <summary>Adds an entry to a list, or replaces the one with the same key.</summary>
    [JsonStringEnumMemberName("add")]
    Add,

    /// <summary>Removes an entry from a list.</summary>
    [JsonStringEnumMemberName("remove")]
    Remove,
}
