using System.Text.Json.Serialization;

namespace CustomerProfiles.AspNetCore;

/// <summary>From which customer one entry is taken.</summary>
internal sealed class EntryChoice
{
    /// <summary>The code of its field.</summary>
    public required string Field { get; init; }

    /// <summary>The entry within a list; empty or null for a field that is no list.</summary>
    public string? Key { get; init; }

    /// <summary>The customer whose value, or mark of a cleared one, is taken; <c>both</c> for notes only.</summary>
    public required EntrySource Keep { get; init; }
}

/// <summary>The versions of two profiles as a preview has shown them.</summary>
internal sealed class MergeVersionPair
{
    /// <summary>The version of the profile that is absorbed.</summary>
    public required long From { get; init; }

    /// <summary>The version of the profile that stays.</summary>
    public required long Into { get; init; }
}

/// <summary>From which of two merged customers an entry is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EntrySource>))]
internal enum EntrySource
{
    /// <summary>From the customer who stays.</summary>
    [JsonStringEnumMemberName("into")]
    Into,

    /// <summary>From the customer who is absorbed.</summary>
    [JsonStringEnumMemberName("from")]
    From,

    /// <summary>From both: the notes, one after the other.</summary>
    [JsonStringEnumMemberName("both")]
    Both,
}

/// <summary>The customers whom the two ids of a request lead to, and whom the caller may merge.</summary>
/// <param name="From">Who is absorbed.</param>
/// <param name="Into">Who stays.</param>
internal sealed record MergeSideIds(CustomerId From, CustomerId Into)
{
    /// <summary>Whether a preview is of these two, and not of whoever absorbed one of them meanwhile.</summary>
    public bool Are(MergePreview preview) => preview.From.Id == From && preview.Into.Id == Into;
}
