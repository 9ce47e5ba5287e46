using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using NodaTime;

namespace CustomerProfiles.Stores;

/// <summary>
/// Writes the custom properties that are defined for one tenant as one JSON document, and reads it back, for a store
/// that keeps it in one column. The version is kept beside the document.
/// </summary>
/// <remarks>
/// <para>
/// <c>[{"key":"seats","label":"Seats","type":"number","searchable":true,"at":"2026-01-31T12:00:00Z","by":"kim"}]</c>.
/// The same definitions always give the same text.
/// </para>
/// <para>
/// Later versions of the library read what this one writes. A document with a member that this version does not know is
/// refused. Clean for trimming and native AOT; safe for any number of threads.
/// </para>
/// </remarks>
public static class PropertySerializer
{
    private static readonly JsonWriterOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly (PropertyType Value, string Name)[] Types =
    [
        (PropertyType.Text, "text"),
        (PropertyType.Number, "number"),
        (PropertyType.Date, "date"),
        (PropertyType.Boolean, "boolean"),
        (PropertyType.Url, "url"),
        (PropertyType.Option, "option"),
    ];

    /// <summary>Writes the document.</summary>
    /// <param name="properties">The definitions.</param>
    /// <returns>The document.</returns>
    public static string Serialize(ImmutableArray<StoredProperty> properties)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            json.WriteStartArray();
            foreach (var property in properties)
            {
                json.WriteStartObject();
                Write(json, property.Definition);
                Write(json, "earlier", property.EarlierOptions);
                json.WriteString("at", property.DefinedAt.ToDateTimeUtc());
                json.WriteString("by", property.DefinedBy);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Reads a document.</summary>
    /// <param name="document">The document.</param>
    /// <returns>The definitions.</returns>
    /// <exception cref="FormatException">It is not such a document, or a later version wrote it.</exception>
    public static ImmutableArray<StoredProperty> Deserialize(string document)
    {
        ArgumentNullException.ThrowIfNull(document);
        try
        {
            using var json = JsonDocument.Parse(document);
            return [.. json.RootElement.EnumerateArray().Select(Read)];
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException("The document of the definitions of custom properties is damaged.");
        }
    }

    /// <summary>Whether two definitions are the same in every part.</summary>
    internal static bool AreSame(PropertyDefinition one, PropertyDefinition other) =>
        string.Equals(TextOf(one), TextOf(other), StringComparison.Ordinal);

    private static string TextOf(PropertyDefinition definition) =>
        Serialize([
            new StoredProperty
            {
                Definition = definition,
                DefinedAt = NodaConstants.UnixEpoch,
                DefinedBy = "",
            },
        ]);

    private static void Write(Utf8JsonWriter json, PropertyDefinition definition)
    {
        json.WriteString("key", definition.Key);
        json.WriteString("label", definition.Label);
        json.WriteString("type", ProfileSerializer.NameOf(Types, definition.Type));
        Write(json, "options", definition.Options);
        WriteFlag(json, "impersonal", !definition.IsPersonal);
        WriteFlag(json, "searchable", definition.IsSearchable);
        WriteFlag(json, "archived", definition.IsArchived);
    }

    private static void Write(Utf8JsonWriter json, string name, ImmutableArray<PropertyOption> options)
    {
        if (options.IsEmpty)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (var option in options)
        {
            json.WriteStartObject();
            json.WriteString("code", option.Code);
            json.WriteString("label", option.Label);
            WriteFlag(json, "archived", option.IsArchived);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteFlag(Utf8JsonWriter json, string name, bool flag)
    {
        if (flag)
        {
            json.WriteBoolean(name, true);
        }
    }

    private static StoredProperty Read(JsonElement property)
    {
        string? key = null,
            label = null,
            by = null;
        PropertyType? type = null;
        Instant? at = null;
        ImmutableArray<PropertyOption> options = [],
            earlier = [];
        bool isImpersonal = false,
            isSearchable = false,
            isArchived = false;
        foreach (var member in property.EnumerateObject())
        {
            switch (member.Name)
            {
                case "key":
                    key = member.Value.GetString();
                    break;
                case "label":
                    label = member.Value.GetString();
                    break;
                case "type":
                    type = ProfileSerializer.ValueOf(Types, member.Value.GetString()!);
                    break;
                case "options":
                    options = [.. member.Value.EnumerateArray().Select(ReadOption)];
                    break;
                case "earlier":
                    earlier = [.. member.Value.EnumerateArray().Select(ReadOption)];
                    break;
                case "impersonal":
                    isImpersonal = member.Value.GetBoolean();
                    break;
                case "searchable":
                    isSearchable = member.Value.GetBoolean();
                    break;
                case "archived":
                    isArchived = member.Value.GetBoolean();
                    break;
                case "at":
                    at = Instant.FromDateTimeUtc(member.Value.GetDateTime());
                    break;
                case "by":
                    by = member.Value.GetString();
                    break;
                default:
                    throw ProfileSerializer.Unknown($"a member \"{member.Name}\" of a definition");
            }
        }

        return key is null || label is null || by is null || type is null || at is null
            ? throw new JsonException()
            : new StoredProperty
            {
                Definition = PropertyDefinition.Of(type.Value, key, label) with
                {
                    Options = options,
                    IsPersonal = !isImpersonal,
                    IsSearchable = isSearchable,
                    IsArchived = isArchived,
                },
                EarlierOptions = earlier,
                DefinedAt = at.Value,
                DefinedBy = by,
            };
    }

    private static PropertyOption ReadOption(JsonElement option)
    {
        string? code = null,
            label = null;
        var isArchived = false;
        foreach (var member in option.EnumerateObject())
        {
            switch (member.Name)
            {
                case "code":
                    code = member.Value.GetString();
                    break;
                case "label":
                    label = member.Value.GetString();
                    break;
                case "archived":
                    isArchived = member.Value.GetBoolean();
                    break;
                default:
                    throw ProfileSerializer.Unknown($"a member \"{member.Name}\" of an option");
            }
        }

        return code is null || label is null
            ? throw new JsonException()
            : new PropertyOption(code, label) { IsArchived = isArchived };
    }
}
