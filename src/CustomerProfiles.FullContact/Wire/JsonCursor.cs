using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace CustomerProfiles.FullContact;

/// <summary>
/// Moves forwards over the tokens of a JSON document. Each method that reads a value starts on its first token and ends
/// on its last; a value of another type is skipped.
/// </summary>
internal ref struct JsonCursor(ReadOnlySpan<byte> document)
{
    /// <summary>The depth limit for a body: a defence against hostile ones, far above the documented shapes.</summary>
    public const int MaxDepth = 64;

    // No name that the library knows and no name of a network is longer.
    private const int MaxNameBytes = 200;

    private Utf8JsonReader _json = new(document, new JsonReaderOptions { MaxDepth = MaxDepth });
    private byte[]? _unescapedName;

    public readonly JsonTokenType TokenType => _json.TokenType;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> known) =>
        name.Length == known.Length && Ascii.EqualsIgnoreCase(name, known);

    /// <summary>Reads the first token.</summary>
    /// <returns>Whether the document is an object.</returns>
    public bool ReadStart() => _json.Read() && _json.TokenType == JsonTokenType.StartObject;

    /// <summary>Whether nothing but white space follows.</summary>
    /// <exception cref="JsonException">Something else follows.</exception>
    public bool IsAtEnd() => !_json.Read();

    /// <summary>Moves to the value of the next property.</summary>
    /// <param name="name">The property's name; empty when it is too long or not valid text.</param>
    /// <returns>Whether the object has another property.</returns>
    public bool NextProperty(out ReadOnlySpan<byte> name)
    {
        name = default;
        if (!_json.Read() || _json.TokenType == JsonTokenType.EndObject)
        {
            return false;
        }

        if (_json.ValueSpan.Length <= MaxNameBytes)
        {
            name = _json.ValueIsEscaped ? UnescapedName() : _json.ValueSpan;
        }

        _json.Read();
        return true;
    }

    /// <summary>Moves to the next item of a list.</summary>
    /// <returns>Whether the list has another item.</returns>
    public bool NextItem() => _json.Read() && _json.TokenType != JsonTokenType.EndArray;

    /// <summary>Whether the value is an object. Any other value is skipped.</summary>
    public bool IsObject() => IsA(JsonTokenType.StartObject);

    /// <summary>Whether the value is a list. Any other value is skipped.</summary>
    public bool IsArray() => IsA(JsonTokenType.StartArray);

    public void Skip() => _json.Skip();

    /// <summary>Reads a text into a variable that has none, and skips the value otherwise.</summary>
    public void Take(ref string? text)
    {
        if (text is null)
        {
            text = ReadText();
        }
        else
        {
            _json.Skip();
        }
    }

    /// <summary>Reads a text that has a visible character, without the white space around it.</summary>
    public string? ReadText() =>
        IsA(JsonTokenType.String)
        && IsUnicode()
        && _json.GetString()!.Trim() is { Length: > 0 } text
        && VisibleText.IsVisible(text)
            ? text
            : null;

    /// <summary>
    /// Reads the bytes of a text without escapes and without the ASCII white space around it. Empty for anything else.
    /// </summary>
    public ReadOnlySpan<byte> ReadPlainText() =>
        IsA(JsonTokenType.String) && !_json.ValueIsEscaped ? _json.ValueSpan[Ascii.Trim(_json.ValueSpan)] : default;

    public bool? ReadBoolean()
    {
        bool? value = _json.TokenType switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False => false,
            _ => null,
        };
        _json.Skip();
        return value;
    }

    /// <summary>
    /// Reads whether a date is given: as text, as a number or as <c>{"year":...}</c> with any of its parts. Zeros are
    /// not a date: FullContact's Java client writes them for absent parts.
    /// </summary>
    public bool ReadIsDate()
    {
        if (_json.TokenType != JsonTokenType.StartObject)
        {
            return ReadIsDatePart();
        }

        var isDate = false;
        while (NextProperty(out _))
        {
            isDate |= ReadIsDatePart();
        }

        return isDate;
    }

    private bool ReadIsDatePart()
    {
        var isPart =
            _json.TokenType is JsonTokenType.String or JsonTokenType.Number
            && _json.ValueSpan.ContainsAnyInRange((byte)'1', (byte)'9');
        _json.Skip();
        return isPart;
    }

    private bool IsA(JsonTokenType type)
    {
        if (_json.TokenType == type)
        {
            return true;
        }

        _json.Skip();
        return false;
    }

    /// <summary>The current name, in a buffer that the next name with escapes overwrites.</summary>
    private ReadOnlySpan<byte> UnescapedName()
    {
        if (!IsUnicode())
        {
            return default;
        }

        _unescapedName ??= new byte[MaxNameBytes];
        return _unescapedName.AsSpan(0, _json.CopyString(_unescapedName));
    }

    /// <summary>
    /// Whether the token is valid Unicode. The grammar of JSON allows broken UTF-8 and half a surrogate pair. This is
    /// checked first because an exception for each broken token would make a hostile body slow.
    /// </summary>
    private readonly bool IsUnicode() =>
        Utf8.IsValid(_json.ValueSpan) && (!_json.ValueIsEscaped || EscapedText.HasWholePairs(_json.ValueSpan));
}
