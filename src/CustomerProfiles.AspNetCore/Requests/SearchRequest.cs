using System.Text.Json.Serialization;

namespace CustomerProfiles.AspNetCore;

/// <summary>Which profiles to find. In a body, so that no address or log holds somebody's name.</summary>
internal sealed class SearchRequest
{
    /// <summary>The most profiles on a page.</summary>
    public const int MostOnPage = 100;

    /// <summary>The profiles on a page unless the request says otherwise.</summary>
    public const int UsualOnPage = 20;

    /// <summary>The text; null or blank for all.</summary>
    public string? Text { get; init; }

    /// <summary>The whole name of the company; null for any.</summary>
    public string? Company { get; init; }

    /// <summary>The order; by the best match unless set.</summary>
    public SearchOrder Order { get; init; }

    /// <summary>
    /// <c>next</c> of the page before, for the same text, company and order; null for the first page.
    /// </summary>
    public string? After { get; init; }

    /// <summary>The number of profiles on a page, 1 to 100; null for 20.</summary>
    public int? PageSize { get; init; }
}

/// <summary>The order of the profiles that a search finds.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SearchOrder>))]
internal enum SearchOrder
{
    /// <summary>The best match first.</summary>
    [JsonStringEnumMemberName("best-match")]
    BestMatch,

    /// <summary>By the name that is shown.</summary>
    [JsonStringEnumMemberName("name")]
    Name,

    /// <summary>By the last change, the newest first.</summary>
    [JsonStringEnumMemberName("last-changed")]
    LastChanged,

    /// <summary>By the last conversation, the newest first.</summary>
    [JsonStringEnumMemberName("last-conversation")]
    LastConversation,
}
