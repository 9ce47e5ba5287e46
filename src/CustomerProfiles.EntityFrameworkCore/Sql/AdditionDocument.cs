using System.Text.Encodings.Web;
using System.Text.Json;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>New customers as parameters of <see cref="SqliteAddition"/>, each a list of lists.</summary>
internal static class AdditionDocument
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Id, version, time of creation, time of the last change, and profile.</summary>
    public static string Customers(IReadOnlyList<AddedCustomer> customers) =>
        Write(
            customers,
            (json, customer) =>
            {
                Id(json, customer.Profile);
                json.WriteNumberValue(customer.Profile.Version);
                Time(json, customer.Profile.CreatedAt);
                Time(json, customer.Profile.UpdatedAt);
                json.WriteStringValue(ProfileDocument.Write(customer.Profile));
            }
        );

    /// <summary>
    /// Id, time of the last change, time of the last conversation (0 for none), and what the profile is found by.
    /// </summary>
    public static string Searches(IReadOnlyList<AddedCustomer> customers, MatchKeys matchKeys) =>
        Write(
            customers,
            (json, customer) =>
            {
                Id(json, customer.Profile);
                Time(json, customer.Profile.UpdatedAt);
                Time(json, customer.Conversation?.At ?? NodaConstants.UnixEpoch);
                SearchDocument.Write(json, customer.Profile, customer.Searchable, matchKeys, SqliteDialect.Instance);
            }
        );

    /// <summary>Id, kind and value.</summary>
    public static string Identities(IReadOnlyList<AddedCustomer> customers) =>
        Write(
            customers.SelectMany(customer => customer.Profile.Identities, (customer, identity) => (customer, identity)),
            (json, one) =>
            {
                Id(json, one.customer.Profile);
                Identity(json, one.identity);
            }
        );

    /// <summary>Kind, value, id, time of the conversation, and the list of hashes.</summary>
    public static string Creations(IReadOnlyList<GatheredCall> calls) =>
        Write(
            calls,
            (json, call) =>
            {
                Identity(json, call.Identity);
                Id(json, call.Customer!.Profile);
                Time(json, call.Conversation.At);
                json.WriteStartArray();
                foreach (var hash in call.Customer.ErasureHashes)
                {
                    json.WriteStringValue(hash);
                }

                json.WriteEndArray();
            }
        );

    /// <summary>Kind and value of the identity, and the conversation: id, direction and time.</summary>
    public static string Conversations(IEnumerable<GatheredCall> calls) =>
        Write(
            calls,
            (json, call) =>
            {
                Identity(json, call.Identity);
                json.WriteStringValue(call.Conversation.Id);
                json.WriteStringValue(StoredNames.Of(call.Conversation.Direction));
                Time(json, call.Conversation.At);
            }
        );

    /// <summary>Kind and value of each.</summary>
    public static string Identities(IEnumerable<Identity> identities) => Write(identities, Identity);

    /// <summary>The customer, the provider, and the time of the request.</summary>
    public static string Checks(IEnumerable<(NewCustomer Customer, string Provider)> checks) =>
        Write(
            checks,
            (json, check) =>
            {
                Id(json, check.Customer.Profile);
                json.WriteStringValue(check.Provider);
                Time(json, check.Customer.Conversation.At);
            }
        );

    private static string Write<T>(IEnumerable<T> rows, Action<Utf8JsonWriter, T> write)
    {
        using var stream = new MemoryStream(1_024);
        using (var json = new Utf8JsonWriter(stream, Plain))
        {
            json.WriteStartArray();
            foreach (var row in rows)
            {
                json.WriteStartArray();
                write(json, row);
                json.WriteEndArray();
            }

            json.WriteEndArray();
        }

        return System.Text.Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static void Id(Utf8JsonWriter json, CustomerProfile profile) =>
        json.WriteStringValue((string)SqliteDialect.Instance.IdParameter(profile.Id.Value));

    private static void Identity(Utf8JsonWriter json, Identity identity)
    {
        json.WriteStringValue(StoredNames.Of(identity.Kind));
        json.WriteStringValue(identity.Value);
    }

    private static void Time(Utf8JsonWriter json, Instant time) =>
        json.WriteNumberValue((long)SqliteDialect.Instance.TimeParameter(time));
}
