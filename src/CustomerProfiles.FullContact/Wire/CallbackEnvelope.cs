using System.Globalization;
using System.Text.Json;

namespace CustomerProfiles.FullContact;

/// <summary>
/// The part of a callback's body around the person: a status, a message, and the <c>result</c> wrapper of V2.
/// FullContact publishes no format for a miss, so each part is optional.
/// </summary>
internal readonly ref struct CallbackEnvelope
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = JsonCursor.MaxDepth };

    private CallbackEnvelope(
        ReadOnlySpan<byte> body,
        ReadOnlySpan<byte> result,
        int? status,
        bool isUnclear,
        bool hasMessage
    )
    {
        Body = body;
        Result = result;
        Status = status;
        IsUnclear = isUnclear;
        HasMessage = hasMessage;
    }

    /// <summary>The whole object.</summary>
    public ReadOnlySpan<byte> Body { get; }

    /// <summary>The object that is wrapped; empty when there is none.</summary>
    public ReadOnlySpan<byte> Result { get; }

    /// <summary>The <c>status</c> or <c>code</c>; null when there is none.</summary>
    public int? Status { get; }

    /// <summary>Whether the status is not a number, or there are two different ones.</summary>
    public bool IsUnclear { get; }

    /// <summary>Whether there is a <c>message</c>, which no person has.</summary>
    public bool HasMessage { get; }

    /// <summary>Reads the outer object and skips its other properties.</summary>
    /// <param name="body">The bytes.</param>
    /// <param name="envelope">What was found.</param>
    /// <returns>Whether the body is one JSON object.</returns>
    public static bool TryRead(ReadOnlySpan<byte> body, out CallbackEnvelope envelope)
    {
        envelope = default;
        try
        {
            var json = new Utf8JsonReader(body, Options);
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            ReadOnlySpan<byte> result = default;
            int? status = null;
            var isUnclear = false;
            var hasMessage = false;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var isStatus = json.ValueTextEquals("status"u8) || json.ValueTextEquals("code"u8);
                var isMessage = json.ValueTextEquals("message"u8);
                var isResult = json.ValueTextEquals("result"u8);
                json.Read();
                if (isStatus && json.TokenType != JsonTokenType.Null)
                {
                    var number = Number(json);
                    isUnclear |= number is null || (status is not null && status != number);
                    status = number;
                }

                hasMessage |= isMessage && json.TokenType == JsonTokenType.String;
                var start = (int)json.TokenStartIndex;
                var isObject = json.TokenType == JsonTokenType.StartObject;
                json.Skip();
                if (isResult && isObject)
                {
                    isUnclear |= !result.IsEmpty;
                    result = body[start..(int)json.BytesConsumed];
                }
            }

            envelope = new CallbackEnvelope(body, result, status, isUnclear, hasMessage);
            return !json.Read();
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            // Not JSON, or text that is not Unicode.
            return false;
        }
    }

    private static int? Number(in Utf8JsonReader json) =>
        json.TokenType switch
        {
            JsonTokenType.Number when json.TryGetInt32(out var number) => number,
            JsonTokenType.String
                when int.TryParse(json.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) =>
                number,
            _ => null,
        };
}
