using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace FullContact.Simulator.Responses;

/// <summary>
/// Reads responses from people.json and the control endpoint: an object with one field, the name of the response.
/// </summary>
internal static class ResponseReader
{
    private static readonly JsonSerializerOptions Writing = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Reads one response or a list of them.</summary>
    /// <exception cref="FormatException">It is not a response.</exception>
    public static ImmutableArray<SimulatedResponse> ReadAll(JsonElement json)
    {
        try
        {
            return json.ValueKind == JsonValueKind.Array
                ? [.. json.EnumerateArray().SelectMany(ReadSome)]
                : [.. ReadSome(json)];
        }
        catch (Exception exception)
            when (exception
                    is InvalidOperationException
                        or KeyNotFoundException
                        or ArgumentException
                        or OverflowException
            )
        {
            // All deviations have the same message.
            throw new FormatException(
                "A response is an object with one field and a valid value, such as {\"miss\":true}.",
                exception
            );
        }
    }

    private static IEnumerable<SimulatedResponse> ReadSome(JsonElement json)
    {
        var result = json.EnumerateObject().Single();
        return result.NameEquals("queued") && result.Value.ValueKind == JsonValueKind.Number
            ? Enumerable.Repeat(new SimulatedResponse.Queued(), result.Value.GetInt32())
            : [Read(result.Name, result.Value)];
    }

    private static SimulatedResponse Read(string name, JsonElement value) =>
        name switch
        {
            "match" => new SimulatedResponse.Match(Compact(value)),
            "miss" => new SimulatedResponse.Miss(),
            "queued" => new SimulatedResponse.Queued(),
            "status" => Status(value),
            "keyRefused" => value.ValueKind == JsonValueKind.String
                ? new SimulatedResponse.KeyRefused(value.GetString()!)
                : new SimulatedResponse.KeyRefused(),
            "keyMissing" => SimulatedResponse.KeyMissing,
            "quotaExceeded" => SimulatedResponse.QuotaExceeded,
            "notEntitled" => SimulatedResponse.NotEntitled,
            "badRequest" => value.ValueKind == JsonValueKind.String
                ? SimulatedResponse.BadRequest(value.GetString()!)
                : SimulatedResponse.BadRequest(),
            "invalidRequest" => SimulatedResponse.InvalidRequest,
            "wrongEndpoint" => SimulatedResponse.WrongEndpoint,
            "methodNotAllowed" => SimulatedResponse.MethodNotAllowed,
            "gone" => SimulatedResponse.Gone,
            "unprocessable" => value.ValueKind == JsonValueKind.String
                ? SimulatedResponse.Unprocessable(value.GetString()!)
                : SimulatedResponse.Unprocessable(),
            "unprocessableWithoutBody" => SimulatedResponse.UnprocessableWithoutBody,
            "throttled" => SimulatedResponse.Throttled(RetryAfter(value)),
            "legallyWithheld" => SimulatedResponse.LegallyWithheld,
            "serverError" => SimulatedResponse.ServerError,
            "badGateway" => SimulatedResponse.BadGateway,
            "unavailable" => SimulatedResponse.Unavailable(RetryAfter(value)),
            "gatewayTimeout" => SimulatedResponse.GatewayTimeout,
            "noContent" => SimulatedResponse.NoContent,
            "htmlPage" => SimulatedResponse.HtmlPage,
            "brokenJson" => SimulatedResponse.BrokenJson,
            "truncatedJson" => SimulatedResponse.TruncatedJson,
            "deeplyNested" => value.ValueKind == JsonValueKind.Number
                ? SimulatedResponse.DeeplyNested(value.GetInt32())
                : SimulatedResponse.DeeplyNested(),
            "wrongContentType" => SimulatedResponse.WrongContentType(Compact(value)),
            "huge" => new SimulatedResponse.Huge(value.GetInt64()),
            "endless" => new SimulatedResponse.Endless(),
            "silence" => new SimulatedResponse.Silence(),
            "drop" => new SimulatedResponse.Drop(),
            "delayed" => new SimulatedResponse.Delayed(Inner(value), Milliseconds(value.GetProperty("milliseconds"))),
            "slow" => new SimulatedResponse.Slow(
                Inner(value),
                Milliseconds(value.GetProperty("millisecondsBetweenBytes"))
            ),
            "cutOff" => new SimulatedResponse.CutOff(Inner(value), Optional(value, "afterBytes")?.GetInt32()),
            _ => throw new FormatException($"There is no response \"{name}\"."),
        };

    private static SimulatedResponse.Status Status(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number
            ? new SimulatedResponse.Status(Code(value))
            : new SimulatedResponse.Status(
                Code(value.GetProperty("code")),
                Body(Optional(value, "body")),
                Optional(value, "contentType")?.GetString() ?? "application/json",
                Optional(value, "retryAfter") is { } retryAfter ? RetryAfter(retryAfter) : null
            )
            {
                Headers = Optional(value, "headers") is { } headers
                    ? headers
                        .EnumerateObject()
                        .ToImmutableDictionary(
                            header => header.Name,
                            header => header.Value.GetString()!,
                            StringComparer.OrdinalIgnoreCase
                        )
                    : ImmutableDictionary<string, string>.Empty,
                Billed = Optional(value, "billed")?.GetBoolean() ?? false,
            };

    private static int Code(JsonElement value)
    {
        // Below are interim responses, above no statuses.
        var code = value.GetInt32();
        return code is >= 200 and <= 599 ? code : throw new FormatException("A status code is from 200 to 599.");
    }

    // Text is sent unchanged, so that it need not be JSON. Everything else is sent as JSON.
    private static string Body(JsonElement? value) =>
        value switch
        {
            null => "",
            { ValueKind: JsonValueKind.String } text => text.GetString()!,
            { } json => Compact(json),
        };

    private static string? RetryAfter(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Number => value.GetRawText(),
            JsonValueKind.String => value.GetString(),
            _ => null,
        };

    private static SimulatedResponse Inner(JsonElement value) => ReadAll(value.GetProperty("response")).Single();

    private static TimeSpan Milliseconds(JsonElement value)
    {
        // The limit of a timer.
        var milliseconds = value.GetDouble();
        return milliseconds is >= 0 and <= int.MaxValue
            ? TimeSpan.FromMilliseconds(milliseconds)
            : throw new FormatException("A time is in milliseconds, from 0 to 2147483647.");
    }

    // Without whitespace, as the API sends it.
    private static string Compact(JsonElement value) => JsonSerializer.Serialize(value, Writing);

    private static JsonElement? Optional(JsonElement value, string name) =>
        value.TryGetProperty(name, out var found) && found.ValueKind != JsonValueKind.Null ? found : null;
}
