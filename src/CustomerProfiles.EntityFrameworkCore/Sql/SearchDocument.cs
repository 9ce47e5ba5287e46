using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>What a profile is found by, as one parameter of the statements that write it.</summary>
internal static class SearchDocument
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The list of match keys, which is missing where none are kept.</summary>
    public const string MatchKeys = "match_keys";

    public static string Write(
        CustomerProfile profile,
        SearchableProperties searchable,
        MatchKeys matchKeys,
        StoreDialect dialect
    )
    {
        using var stream = new MemoryStream(512);
        using (var json = new Utf8JsonWriter(stream, Plain))
        {
            Write(json, profile, searchable, matchKeys, dialect);
        }

        return System.Text.Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    /// <summary>The same as a part of another document.</summary>
    public static void Write(
        Utf8JsonWriter json,
        CustomerProfile profile,
        SearchableProperties searchable,
        MatchKeys matchKeys,
        StoreDialect dialect
    )
    {
        var keys = ProfileSearch.KeysOf(profile, searchable);
        json.WriteStartObject();
        json.WriteString("name", keys.Name);
        json.WriteString("company", keys.Company);
        json.WriteBoolean("has_photo", keys.HasPhoto);
        json.WriteString("text", keys.Text);
        json.WriteString("prefixes", dialect.Prefixes(keys.Prefixes));
        json.WritePropertyName("properties");
        Write(json, keys.Properties);
        if (matchKeys.IsOn)
        {
            json.WritePropertyName(MatchKeys);
            MatchKeysDocument.Write(json, profile, matchKeys);
        }

        json.WriteEndObject();
    }

    /// <summary>The searchable properties alone.</summary>
    public static string Write(ImmutableArray<SearchProperty> properties)
    {
        if (properties.IsEmpty)
        {
            return "[]";
        }

        using var stream = new MemoryStream(512);
        using (var json = new Utf8JsonWriter(stream, Plain))
        {
            Write(json, properties);
        }

        return System.Text.Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static void Write(Utf8JsonWriter json, ImmutableArray<SearchProperty> properties)
    {
        json.WriteStartArray();
        foreach (var property in properties.OrderBy(property => property.Key, StringComparer.Ordinal))
        {
            json.WriteStartArray();
            json.WriteStringValue(property.Key);
            json.WriteStringValue(property.Value);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }
}
