using System.Text.Json;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>The match keys of profiles, as one parameter: a list of lists of id, version and keys.</summary>
internal static class MatchKeysDocument
{
    public static string Write(IEnumerable<CustomerProfile> profiles, MatchKeys keys)
    {
        using var stream = new MemoryStream(1024);
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartArray();
            foreach (var profile in profiles)
            {
                json.WriteStartArray();
                json.WriteStringValue(profile.Id.Value);
                json.WriteNumberValue(profile.Version);
                Write(json, profile, keys);
                json.WriteEndArray();
            }

            json.WriteEndArray();
        }

        return System.Text.Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    /// <summary>The keys of one profile, as a list.</summary>
    public static void Write(Utf8JsonWriter json, CustomerProfile profile, MatchKeys keys)
    {
        json.WriteStartArray();
        foreach (var key in keys.Of(profile))
        {
            json.WriteNumberValue(key);
        }

        json.WriteEndArray();
    }
}
