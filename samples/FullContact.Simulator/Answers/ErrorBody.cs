using System.Text.Encodings.Web;
using System.Text.Json;

namespace FullContact.Simulator.Answers;

/// <summary>The body of whatever is no person.</summary>
internal static class ErrorBody
{
    // It is read by people at a terminal and stands in no web page.
    private static readonly JsonSerializerOptions Writing = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Of(int status, string message) => $$"""{"status":{{status}},"message":{{Text(message)}}}""";

    public static string Of(int status, string message, Guid requestId) =>
        $$"""{"status":{{status}},"message":{{Text(message)}},"requestId":"{{requestId}}"}""";

    private static string Text(string message) => JsonSerializer.Serialize(message, Writing);
}
