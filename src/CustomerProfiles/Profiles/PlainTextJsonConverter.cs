using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CustomerProfiles;

/// <summary>
/// Writes an id, an address, an identity or a field as one JSON string, and reads it back. The types carry it as an
/// attribute, so nothing has to be registered.
/// </summary>
/// <typeparam name="T">The type: <see cref="CustomerId"/>, <see cref="TenantId"/>, <see cref="EmailAddress"/>,
/// <see cref="Identity"/> or <see cref="ProfileField"/>.</typeparam>
/// <remarks>
/// Text that is not a value of the type is a <see cref="JsonException"/>, which a web framework reports as a bad
/// request. Also converts the keys of dictionaries. Clean for trimming and native AOT.
/// </remarks>
public sealed class PlainTextJsonConverter<T> : JsonConverter<T>
    where T : notnull, IParsable<T>
{
    /// <inheritdoc/>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
            ? Parse(reader.GetString())
            : throw new JsonException($"A {typeof(T).Name} is a JSON string.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(TextOf(value));
    }

    /// <inheritdoc/>
    public override T ReadAsPropertyName(
        ref Utf8JsonReader reader,
        Type typeToConvert,
        JsonSerializerOptions options
    ) => Parse(reader.GetString());

    /// <inheritdoc/>
    public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WritePropertyName(TextOf(value) ?? "");
    }

    // The message does not repeat the text: it may be somebody's address.
    private static T Parse(string? text) =>
        T.TryParse(text, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new JsonException($"The text is not a {typeof(T).Name}.");

    private static string? TextOf(T value) =>
        value is IPlainText text
            ? text.Text
            : throw new NotSupportedException($"{typeof(T).Name} has no plain text form.");
}

/// <summary>A value with one text form that can be read back.</summary>
internal interface IPlainText
{
    /// <summary>The text; null for the type's <c>default</c> where that stands for nothing.</summary>
    string? Text { get; }
}
