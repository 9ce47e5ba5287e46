using System.Globalization;
using System.Text.Json;
using NodaTime;

namespace CustomerProfiles.FullContact.Wire;

/// <summary>
/// What an error says of itself: one HTTP status of FullContact has several meanings, which only the message tells apart. The wording is that of
/// the responses recorded in FullContact's Python and Java clients, and for usage limits in fullcontact/fullcontact4j#17.
/// </summary>
/// <remarks>The message is looked at and dropped: it may repeat the key, the address asked for, or the URL.</remarks>
internal static class ErrorMessage
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = PersonReader.MaxDepth };

    /// <summary>Whether nothing at all was said.</summary>
    public static bool IsEmpty(ReadOnlySpan<byte> body) => body.IndexOfAnyExcept(" \t\r\n"u8) < 0;

    /// <summary>A 404: whether the person is unknown, and not the endpoint. FullContact says so in words; silence is some other server's.</summary>
    public static bool SaysProfileNotFound(ReadOnlySpan<byte> body) => Says(body, "profile not found");

    /// <summary>A 403: whether the account has used up what it may.</summary>
    public static bool SaysUsageExceeded(ReadOnlySpan<byte> body) => Says(body, "usage limit") || Says(body, "quota");

    /// <summary>A 403: whether the key is the trouble. To be asked after <see cref="SaysUsageExceeded"/>, whose message speaks of the key as well.</summary>
    public static bool SaysBadKey(ReadOnlySpan<byte> body) => Says(body, "api key") || Says(body, "access token");

    /// <summary>A 400: whether the address for the answer is the trouble. The message repeats that address.</summary>
    public static bool SaysBadWebhook(ReadOnlySpan<byte> body) => Says(body, "invalid webhookurl");

    /// <summary>
    /// A 202: after how long to ask again, as in "Please retry your query within about 2 minutes."; null when it does not say. Up to an hour is believed.
    /// </summary>
    public static Duration? WaitIn(ReadOnlySpan<byte> body)
    {
        const string retry = "retry";
        var message = Read(body);
        if (message?.IndexOf(retry, StringComparison.OrdinalIgnoreCase) is not (>= 0 and var at))
        {
            return null;
        }

        var words = message[at..].Split((char[]?)[' ', '.', ','], StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i + 1 < words.Length; i++)
        {
            if (int.TryParse(words[i], NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and <= 3_600)
            {
                var unit = words[i + 1];
                return unit.StartsWith("second", StringComparison.OrdinalIgnoreCase) ? RetryAfter.Bounded(Duration.FromSeconds(count))
                    : unit.StartsWith("minute", StringComparison.OrdinalIgnoreCase) ? RetryAfter.Bounded(Duration.FromMinutes(count))
                    : null;
            }
        }

        return null;
    }

    private static bool Says(ReadOnlySpan<byte> body, string words) => Read(body)?.Contains(words, StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>The top-level <c>message</c>; null for an empty body, HTML, or JSON of another shape.</summary>
    private static string? Read(ReadOnlySpan<byte> body)
    {
        try
        {
            var json = new Utf8JsonReader(body, Options);
            json.Read();
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var isMessage = json.ValueTextEquals("message"u8);
                json.Read();
                if (isMessage && json.TokenType == JsonTokenType.String)
                {
                    return json.GetString();
                }

                json.Skip();
            }
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            // Not JSON, or text that is not Unicode: it says nothing that we could understand.
        }

        return null;
    }
}
