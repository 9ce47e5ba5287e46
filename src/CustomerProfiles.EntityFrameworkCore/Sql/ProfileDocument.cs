using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using NodaTime;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// The identities and values of a profile as one JSON document:
/// <c>{"identities":[["email","ada@example.com"]],"values":[{"field":"name","value":{"full":"Ada"},
/// "source":"agent","by":"kim","at":"2026-01-31T12:00:00Z"}]}</c>. A cleared value has no <c>value</c>; an entry of a
/// list has a <c>key</c>.
/// </summary>
internal static class ProfileDocument
{
    /// <summary>The property in which statements find the identities.</summary>
    public const string Identities = "identities";

    private static readonly JsonWriterOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes the document.</summary>
    public static string Write(CustomerProfile profile)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            json.WriteStartObject();
            json.WriteStartArray(Identities);
            foreach (var identity in profile.Identities)
            {
                json.WriteStartArray();
                json.WriteStringValue(StoredNames.Of(identity.Kind));
                json.WriteStringValue(identity.Value);
                json.WriteEndArray();
            }

            json.WriteEndArray();
            json.WriteStartArray("values");
            foreach (var value in profile.Values)
            {
                Write(json, value);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Reads the document.</summary>
    /// <exception cref="ProfileDatabaseException">The document has a value that this version does not know.</exception>
    public static (ImmutableArray<Identity> Identities, ImmutableArray<FieldValue> Values) Read(string document)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(document.Length));
        try
        {
            return Read(new Utf8JsonReader(bytes.AsSpan(0, Encoding.UTF8.GetBytes(document, bytes))));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes, clearArray: true);
        }
    }

    private static (ImmutableArray<Identity> Identities, ImmutableArray<FieldValue> Values) Read(Utf8JsonReader json)
    {
        var identities = ImmutableArray.CreateBuilder<Identity>(1);
        var values = ImmutableArray.CreateBuilder<FieldValue>(4);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isIdentities = json.ValueTextEquals(Identities);
            json.Read();
            while (json.Read() && json.TokenType != JsonTokenType.EndArray)
            {
                if (isIdentities)
                {
                    identities.Add(Identity.FromStore(StoredNames.Kind(Next(ref json)), Next(ref json)));
                    json.Read();
                }
                else
                {
                    values.Add(ReadValue(ref json));
                }
            }
        }

        return (identities.DrainToImmutable(), values.DrainToImmutable());
    }

    private static void Write(Utf8JsonWriter json, FieldValue value)
    {
        json.WriteStartObject();
        json.WriteString("field", value.Field.Code);
        if (value.Key.Length > 0)
        {
            json.WriteString("key", value.Key);
        }

        switch (value.Value)
        {
            case null:
                break;
            case string text:
                json.WriteString("value", text);
                break;
            case Uri url:
                json.WriteString("value", url.OriginalString);
                break;
            case Photo photo:
                json.WriteString("value", photo.Url.OriginalString);
                break;
            case PersonName name:
                WriteParts(json, ("full", name.Full), ("given", name.Given), ("family", name.Family));
                break;
            case ProfileEmail email:
                WriteParts(
                    json,
                    ("address", email.Address.Value),
                    ("normalized", email.Address.Normalized),
                    ("label", email.Label)
                );
                break;
            case PhoneNumber phone:
                WriteParts(json, ("number", phone.Number), ("label", phone.Label));
                break;
            case PostalAddress address:
                WriteParts(
                    json,
                    ("street", address.Street),
                    ("city", address.City),
                    ("region", address.Region),
                    ("postal-code", address.PostalCode),
                    ("country", address.Country)
                );
                break;
            case SocialProfile social:
                WriteParts(
                    json,
                    ("network", social.Network),
                    ("url", social.Url?.OriginalString),
                    ("username", social.Username)
                );
                break;
            default:
                throw new NotSupportedException(
                    $"The field {value.Field.Code} holds a {value.Value.GetType().Name}, which this store cannot keep."
                );
        }

        json.WriteString("source", StoredNames.Of(value.Provenance.Source));
        json.WriteString("by", value.Provenance.By);
        json.WriteString("at", value.Provenance.ObservedAt.ToDateTimeUtc());
        json.WriteEndObject();
    }

    private static void WriteParts(Utf8JsonWriter json, params ReadOnlySpan<(string Name, string? Text)> parts)
    {
        json.WriteStartObject("value");
        foreach (var (name, text) in parts)
        {
            if (text is not null)
            {
                json.WriteString(name, text);
            }
        }

        json.WriteEndObject();
    }

    private static FieldValue ReadValue(ref Utf8JsonReader json)
    {
        string? field = null,
            key = null,
            text = null,
            source = null,
            by = null;
        Parts? parts = null;
        var at = default(Instant);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var member = json.GetString();
            json.Read();
            switch (member)
            {
                case "field":
                    field = json.GetString();
                    break;
                case "key":
                    key = json.GetString();
                    break;
                case "value" when json.TokenType == JsonTokenType.StartObject:
                    parts = Parts.Read(ref json);
                    break;
                case "value":
                    text = json.GetString();
                    break;
                case "source":
                    source = json.GetString();
                    break;
                case "by":
                    by = json.GetString();
                    break;
                case "at":
                    at = Instant.FromDateTimeUtc(json.GetDateTime());
                    break;
                default:
                    throw Unknown($"a member \"{member}\" of a value");
            }
        }

        if (field is null || source is null || by is null || ProfileField.FromCode(field) is not { } known)
        {
            throw Unknown($"a field \"{field}\"");
        }

        return new FieldValue(
            known,
            key ?? "",
            ValueOf(known, text, parts),
            new Provenance(StoredNames.Source(source), by, at)
        );
    }

    private static object? ValueOf(ProfileField field, string? text, Parts? parts)
    {
        if (text is null && parts is null)
        {
            return null;
        }

        return field.ValueType switch
        {
            var type when type == typeof(string) => text,
            var type when type == typeof(Uri) => UrlOf(text),
            var type when type == typeof(Photo) => new Photo(UrlOf(text)!),
            var type when type == typeof(PersonName) => new PersonName(
                parts!["full"]!,
                parts["given"],
                parts["family"]
            ),
            var type when type == typeof(ProfileEmail) => new ProfileEmail(
                EmailAddress.FromStore(parts!["address"]!, parts["normalized"]!),
                parts["label"]
            ),
            var type when type == typeof(PhoneNumber) => new PhoneNumber(parts!["number"]!, parts["label"]),
            var type when type == typeof(PostalAddress) => new PostalAddress(
                parts!["street"],
                parts["city"],
                parts["region"],
                parts["postal-code"],
                parts["country"]
            ),
            var type when type == typeof(SocialProfile) => new SocialProfile(
                parts!["network"]!,
                UrlOf(parts["url"]),
                parts["username"]
            ),
            _ => throw Unknown($"a value of the field {field.Code}"),
        };
    }

    private static Uri? UrlOf(string? text) => text is null ? null : new Uri(text, UriKind.RelativeOrAbsolute);

    private static string Next(ref Utf8JsonReader json)
    {
        json.Read();
        return json.GetString()!;
    }

    private static ProfileDatabaseException Unknown(string what) =>
        new(
            $"A profile in the database holds {what} that this version does not know. A newer version has "
                + $"written it: update the packages of this host."
        );

    /// <summary>The parts of a structured value. They are few, so they are searched linearly.</summary>
    private sealed class Parts
    {
        private readonly List<(string Name, string Text)> _parts = [];

        public string? this[string name] =>
            _parts.Find(part => string.Equals(part.Name, name, StringComparison.Ordinal)).Text;

        public static Parts Read(ref Utf8JsonReader json)
        {
            var parts = new Parts();
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var name = json.GetString()!;
                json.Read();
                parts._parts.Add((name, json.GetString()!));
            }

            return parts;
        }
    }
}
