using System.Text.Json;

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

    private static bool Says(ReadOnlySpan<byte> body, string words) => Read(body)?.Contains(words, StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>The top-level <c>message</c>; null for an empty body, HTML, or JSON of another shape.</summary>
    private static string? Read(ReadOnlySpan<byte> body)
    {
        try
        {
            var json = new Utf8JsonReader(body, Options);
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

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
