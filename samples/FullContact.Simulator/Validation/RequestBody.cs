using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FullContact.Simulator.Validation;

/// <summary>
/// The body of a lookup. Unknown fields are ignored. A field of a wrong type makes the body invalid.
/// </summary>
internal sealed record RequestBody
{
    private static readonly JsonSerializerOptions Reading = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public string? Email { get; init; }

    public ImmutableArray<string?>? Emails { get; init; }

    public string? Phone { get; init; }

    public ImmutableArray<string?>? Phones { get; init; }

    public RequestedName? Name { get; init; }

    public RequestedLocation? Location { get; init; }

    public ImmutableArray<RequestedProfile?>? Profiles { get; init; }

    public string? Twitter { get; init; }

    public string? Linkedin { get; init; }

    public ImmutableArray<string?>? Maids { get; init; }

    public string? RecordId { get; init; }

    public string? PersonId { get; init; }

    public string? PartnerId { get; init; }

    [JsonPropertyName("li_nonid")]
    public string? LiNonid { get; init; }

    public string? Placekey { get; init; }

    public string? PanoramaId { get; init; }

    public string? Confidence { get; init; }

    public string? ConfidenceLevel { get; init; }

    public bool? Infer { get; init; }

    public ImmutableArray<string?>? DataFilter { get; init; }

    public string? DataFilterLogic { get; init; }

    public int? MaxMaids { get; init; }

    public string? WebhookUrl { get; init; }

    [JsonIgnore]
    public ImmutableArray<string> AllEmails => Together(Email, Emails);

    [JsonIgnore]
    public ImmutableArray<string> AllPhones => Together(Phone, Phones);

    [JsonIgnore]
    public ImmutableArray<string> AllMaids => Together(null, Maids);

    [JsonIgnore]
    public ImmutableArray<RequestedProfile> AllProfiles =>
        [
            .. (Profiles ?? []).OfType<RequestedProfile>(),
            .. Shortcut("twitter", Twitter),
            .. Shortcut("linkedin", Linkedin),
        ];

    [JsonIgnore]
    public ImmutableArray<string> Bundles => Together(null, DataFilter);

    /// <summary>The ids by the name of their field.</summary>
    [JsonIgnore]
    public ImmutableArray<(string Field, string Value)> Ids =>
        [
            .. Id("recordId", RecordId),
            .. Id("personId", PersonId),
            .. Id("partnerId", PartnerId),
            .. Id("li_nonid", LiNonid),
            .. Id("panoramaId", PanoramaId),
        ];

    /// <summary>Reads a body; null when it is invalid.</summary>
    public static RequestBody? Read(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize<RequestBody>(body, Reading);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: the text has half a surrogate pair, or is not UTF-8.
            return null;
        }
    }

    private static ImmutableArray<string> Together(string? one, ImmutableArray<string?>? several)
    {
        ImmutableArray<string?> all = one is null ? several ?? [] : [one, .. several ?? []];
        return [.. all.OfType<string>()];
    }

    private static IEnumerable<(string Field, string Value)> Id(string field, string? value) =>
        string.IsNullOrWhiteSpace(value) ? [] : [(field, value)];

    private static IEnumerable<RequestedProfile> Shortcut(string service, string? text) =>
        text switch
        {
            null => [],
            _ when text.Contains('/', StringComparison.Ordinal) => [new RequestedProfile { Url = text }],
            _ => [new RequestedProfile { Service = service, Username = text }],
        };
}
