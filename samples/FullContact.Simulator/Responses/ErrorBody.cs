using System.Text.Encodings.Web;
using System.Text.Json;

namespace FullContact.Simulator.Responses;

/// <summary>The body of an error.</summary>
internal static class ErrorBody
{
    // The body is read at a terminal and never embedded in HTML.
    private static readonly JsonSerializerOptions Writing = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Of(int status, string message) => $$"""{"status":{{status}},"message":{{Text(message)}}}""";

    public static string Of(int status, string message, Guid requestId) =>
        $$"""{"status":{{status}},"message":{{Text(message)}},"requestId":"{{requestId}}"}""";

    private static string Text(string message) => JsonSerializer.Serialize(message, Writing);
}
