using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using CustomerProfiles.Stores;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>New customers as parameters of <see cref="SqliteAddition"/>, each a list of lists.</summary>
internal static class AdditionDocument
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Id, time of creation, time of the last change, and profile.</summary>
    public static string Customers(ImmutableArray<CustomerProfile> profiles) =>
        Write(
            profiles,
            (json, profile) =>
            {
                json.WriteStartArray();
                WriteId(json, profile);
                WriteTime(json, profile.CreatedAt);
                WriteTime(json, profile.UpdatedAt);
                json.WriteStringValue(ProfileDocument.Write(profile));
                json.WriteEndArray();
            }
        );

    /// <summary>Id, time of the last change, and what the profile is found by.</summary>
    public static string Searches(
        ImmutableArray<CustomerProfile> profiles,
        SearchableProperties searchable,
        MatchKeys matchKeys
    ) =>
        Write(
            profiles,
            (json, profile) =>
            {
                json.WriteStartArray();
                WriteId(json, profile);
                WriteTime(json, profile.UpdatedAt);
                SearchDocument.Write(json, profile, searchable, matchKeys, SqliteDialect.Instance);
                json.WriteEndArray();
            }
        );

    /// <summary>Kind, value, and the id of the customer.</summary>
    public static string Identities(ImmutableArray<CustomerProfile> profiles) =>
        Write(
            profiles,
            (json, profile) =>
            {
                foreach (var identity in profile.Identities)
                {
                    json.WriteStartArray();
                    json.WriteStringValue(StoredNames.Of(identity.Kind));
                    json.WriteStringValue(identity.Value);
                    WriteId(json, profile);
                    json.WriteEndArray();
                }
            }
        );

    private static string Write(ImmutableArray<CustomerProfile> profiles, Action<Utf8JsonWriter, CustomerProfile> write)
    {
        using var stream = new MemoryStream(profiles.Length * 512);
        using (var json = new Utf8JsonWriter(stream, Plain))
        {
            json.WriteStartArray();
            foreach (var profile in profiles)
            {
                write(json, profile);
            }

            json.WriteEndArray();
        }

        return System.Text.Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static void WriteId(Utf8JsonWriter json, CustomerProfile profile) =>
        json.WriteStringValue((string)SqliteDialect.Instance.IdParameter(profile.Id.Value));

    private static void WriteTime(Utf8JsonWriter json, NodaTime.Instant time) =>
        json.WriteNumberValue((long)SqliteDialect.Instance.TimeParameter(time));
}
