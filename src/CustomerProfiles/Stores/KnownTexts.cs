using System.Text;
using System.Text.Json;

namespace CustomerProfiles.Stores;

/// <summary>
/// Texts that a document has again and again, such as the names of its members. Read through this, they are the same
/// objects each time, and no new ones.
/// </summary>
internal sealed class KnownTexts(params string[] texts)
{
    private readonly (string Text, byte[] Utf8)[] _texts =
    [
        .. texts.Select(text => (text, Encoding.UTF8.GetBytes(text))),
    ];

    /// <summary>The text of the name or string that a reader is at; null for JSON's null.</summary>
    public string? Read(in Utf8JsonReader json)
    {
        // An escaped text, or one in several pieces, is none that a document has again and again.
        if (json.TokenType != JsonTokenType.Null && !json.ValueIsEscaped && !json.HasValueSequence)
        {
            var read = json.ValueSpan;
            foreach (var (text, utf8) in _texts)
            {
                if (read.SequenceEqual(utf8))
                {
                    return text;
                }
            }
        }

        return json.GetString();
    }
}
