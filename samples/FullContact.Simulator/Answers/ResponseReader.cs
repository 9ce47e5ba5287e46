using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace FullContact.Simulator.Answers;

/// <summary>
/// Reads answers as people.json and the control endpoint have them: an object with one field, whose name is the
/// answer's.
/// </summary>
internal static class ResponseReader
{
    private static readonly JsonSerializerOptions Writing = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Reads a list of answers, or one.</summary>
    /// <exception cref="FormatException">It says something that is no answer.</exception>
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
            // However the JSON differs from what was expected, whoever wrote it is told the same.
            throw new FormatException(
                "An answer is an object with one field, such as {\"miss\":true}, with a value that fits it.",
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
            "unreadableQuestion" => SimulatedResponse.InvalidRequest,
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
            _ => throw new FormatException($"There is no answer \"{name}\"."),
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
        // What is below is no final answer, and what is above no status.
        var code = value.GetInt32();
        return code is >= 200 and <= 599 ? code : throw new FormatException("A status code is from 200 to 599.");
    }

    // A text is sent as it is, so that it need not be JSON; anything else is sent as the JSON that it is.
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

    private static SimulatedResponse Inner(JsonElement value) => ReadAll(value.GetProperty("answer")).Single();

    private static TimeSpan Milliseconds(JsonElement value)
    {
        // No timer is set for longer.
        var milliseconds = value.GetDouble();
        return milliseconds is >= 0 and <= int.MaxValue
            ? TimeSpan.FromMilliseconds(milliseconds)
            : throw new FormatException("A time is in milliseconds, from 0 to 2147483647.");
    }

    // As the API sends it, however it was written; texts and numbers stay as they are.
    private static string Compact(JsonElement value) => JsonSerializer.Serialize(value, Writing);

    private static JsonElement? Optional(JsonElement value, string name) =>
        value.TryGetProperty(name, out var found) && found.ValueKind != JsonValueKind.Null ? found : null;
}
