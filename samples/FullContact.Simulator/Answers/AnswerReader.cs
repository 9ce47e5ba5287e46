using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace FullContact.Simulator.Answers;

/// <summary>Reads answers as people.json and the control endpoint have them: an object with one field, whose name is the answer's.</summary>
internal static class AnswerReader
{
    private static readonly JsonSerializerOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads a list of answers, or one.</summary>
    /// <exception cref="FormatException">It says something that is no answer.</exception>
    public static ImmutableArray<SimulatedAnswer> ReadAll(JsonElement json)
    {
        try
        {
            return json.ValueKind == JsonValueKind.Array ? [.. json.EnumerateArray().SelectMany(ReadSome)] : [.. ReadSome(json)];
        }
        catch (Exception exception) when (exception is InvalidOperationException or KeyNotFoundException or ArgumentException or OverflowException)
        {
            // However the JSON differs from what was expected, whoever wrote it is told the same.
            throw new FormatException("An answer is an object with one field, such as {\"miss\":true}, with a value that fits it.", exception);
        }
    }

    private static IEnumerable<SimulatedAnswer> ReadSome(JsonElement json)
    {
        var answer = json.EnumerateObject().Single();
        return answer.NameEquals("queued") && answer.Value.ValueKind == JsonValueKind.Number
            ? Enumerable.Repeat(new SimulatedAnswer.Queued(), answer.Value.GetInt32())
            : [Read(answer.Name, answer.Value)];
    }

    private static SimulatedAnswer Read(string name, JsonElement value) => name switch
    {
        "match" => new SimulatedAnswer.Match(Compact(value)),
        "miss" => new SimulatedAnswer.Miss(),
        "queued" => new SimulatedAnswer.Queued(),
        "status" => Status(value),
        "keyRefused" => value.ValueKind == JsonValueKind.String ? new SimulatedAnswer.KeyRefused(value.GetString()!) : new SimulatedAnswer.KeyRefused(),
        "keyMissing" => SimulatedAnswer.KeyMissing,
        "quotaExceeded" => SimulatedAnswer.QuotaExceeded,
        "notEntitled" => SimulatedAnswer.NotEntitled,
        "badRequest" => value.ValueKind == JsonValueKind.String ? SimulatedAnswer.BadRequest(value.GetString()!) : SimulatedAnswer.BadRequest(),
        "unreadableQuestion" => SimulatedAnswer.UnreadableQuestion,
        "wrongEndpoint" => SimulatedAnswer.WrongEndpoint,
        "methodNotAllowed" => SimulatedAnswer.MethodNotAllowed,
        "gone" => SimulatedAnswer.Gone,
        "unprocessable" => value.ValueKind == JsonValueKind.String ? SimulatedAnswer.Unprocessable(value.GetString()!) : SimulatedAnswer.Unprocessable(),
        "unprocessableWithoutBody" => SimulatedAnswer.UnprocessableWithoutBody,
        "throttled" => SimulatedAnswer.Throttled(RetryAfter(value)),
        "legallyWithheld" => SimulatedAnswer.LegallyWithheld,
        "serverError" => SimulatedAnswer.ServerError,
        "badGateway" => SimulatedAnswer.BadGateway,
        "unavailable" => SimulatedAnswer.Unavailable(RetryAfter(value)),
        "gatewayTimeout" => SimulatedAnswer.GatewayTimeout,
        "noContent" => SimulatedAnswer.NoContent,
        "htmlPage" => SimulatedAnswer.HtmlPage,
        "brokenJson" => SimulatedAnswer.BrokenJson,
        "truncatedJson" => SimulatedAnswer.TruncatedJson,
        "deeplyNested" => value.ValueKind == JsonValueKind.Number ? SimulatedAnswer.DeeplyNested(value.GetInt32()) : SimulatedAnswer.DeeplyNested(),
        "wrongContentType" => SimulatedAnswer.WrongContentType(Compact(value)),
        "huge" => new SimulatedAnswer.Huge(value.GetInt64()),
        "endless" => new SimulatedAnswer.Endless(),
        "silence" => new SimulatedAnswer.Silence(),
        "drop" => new SimulatedAnswer.Drop(),
        "delayed" => new SimulatedAnswer.Delayed(Inner(value), Milliseconds(value.GetProperty("milliseconds"))),
        "slow" => new SimulatedAnswer.Slow(Inner(value), Milliseconds(value.GetProperty("millisecondsBetweenBytes"))),
        "cutOff" => new SimulatedAnswer.CutOff(Inner(value), Optional(value, "afterBytes")?.GetInt32()),
        _ => throw new FormatException($"There is no answer \"{name}\"."),
    };

    private static SimulatedAnswer.Status Status(JsonElement value) => value.ValueKind == JsonValueKind.Number
        ? new SimulatedAnswer.Status(Code(value))
        : new SimulatedAnswer.Status(
            Code(value.GetProperty("code")),
            Body(Optional(value, "body")),
            Optional(value, "contentType")?.GetString() ?? "application/json",
            Optional(value, "retryAfter") is { } retryAfter ? RetryAfter(retryAfter) : null)
        {
            Headers = Optional(value, "headers") is { } headers
                ? headers.EnumerateObject().ToImmutableDictionary(header => header.Name, header => header.Value.GetString()!, StringComparer.OrdinalIgnoreCase)
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
    private static string Body(JsonElement? value) => value switch
    {
        null => "",
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        { } json => Compact(json),
    };

    private static string? RetryAfter(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.String => value.GetString(),
        _ => null,
    };

    private static SimulatedAnswer Inner(JsonElement value) => ReadAll(value.GetProperty("answer")).Single();

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
