using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using NodaTime;

namespace CustomerProfiles.Stores;

/// <summary>
/// Writes the identities and values of a profile as one JSON document, and reads it back, for a store that keeps them
/// in one column. What a store looks up by (tenant, id, version, times) it keeps beside the document.
/// </summary>
/// <remarks>
/// <para>
/// <c>{"identities":[["email","ada@example.com"]],"values":[{"field":"name","value":{"full":"Ada"},"source":"agent",
/// "by":"kim","at":"2026-01-31T12:00:00Z"}]}</c>. A cleared value has no <c>value</c>; an entry of a list has a
/// <c>key</c>; a value that came with the one before it does not repeat <c>source</c>, <c>by</c> and <c>at</c>, which
/// would be half of the text. The same profile always gives the same text.
/// </para>
/// <para>
/// The document is stable: later versions of the library read what this one writes. A document of a later version, with
/// a <c>format</c> above 1 or a member that this version does not know, is refused, because writing it back would lose
/// what is in it. Clean for trimming and native AOT; safe for any number of threads.
/// </para>
/// </remarks>
public static class ProfileSerializer
{
    /// <summary>The member that holds the identities, for a store that searches them within the document.</summary>
    public const string IdentitiesMember = "identities";

    private const string ValuesMember = "values";

    private const int Format = 1;

    private static readonly JsonWriterOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly (IdentityKind Value, string Name)[] Kinds =
    [
        (IdentityKind.Email, "email"),
        (IdentityKind.Phone, "phone"),
        (IdentityKind.Chat, "chat"),
        (IdentityKind.External, "external"),
    ];

    private static readonly (ProvenanceSource Value, string Name)[] Sources =
    [
        (ProvenanceSource.Agent, "agent"),
        (ProvenanceSource.Import, "import"),
        (ProvenanceSource.Conversation, "conversation"),
        (ProvenanceSource.Provider, "provider"),
    ];

    private static readonly KnownTexts MembersOfValue = new("field", "value", "source", "by", "at", "key");

    private static readonly KnownTexts FieldCodes = new([.. ProfileField.All.Select(field => field.Code)]);

    private static readonly KnownTexts KindNames = new([.. Kinds.Select(kind => kind.Name)]);

    private static readonly KnownTexts SourceNames = new([.. Sources.Select(source => source.Name)]);

    private static readonly KnownTexts PartNames = new(
        "full",
        "address",
        "normalized",
        "network",
        "url",
        "username",
        "number",
        "given",
        "family",
        "label",
        "street",
        "city",
        "region",
        "postal-code",
        "country"
    );

    /// <summary>Writes the document as text.</summary>
    /// <param name="profile">The profile.</param>
    /// <returns>The document.</returns>
    public static string Serialize(CustomerProfile profile)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        Serialize(profile, buffer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Writes the document as UTF-8.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="writer">Where to write it.</param>
    public static void Serialize(CustomerProfile profile, IBufferWriter<byte> writer)
    {
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(writer);
        using var json = new Utf8JsonWriter(writer, Readable);
        json.WriteStartObject();
        Write(json, profile.Identities);
        json.WriteStartArray(ValuesMember);
        Provenance? before = null;
        foreach (var value in profile.Values)
        {
            Write(json, value, before);
            before = value.Provenance;
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Reads a document that was kept as text.</summary>
    /// <param name="document">The document.</param>
    /// <param name="tenant">The tenant, as kept beside the document.</param>
    /// <param name="id">The customer, as kept beside the document.</param>
    /// <param name="version">The version, as kept beside the document.</param>
    /// <param name="createdAt">When it was created, as kept beside the document.</param>
    /// <param name="updatedAt">When it last changed, as kept beside the document.</param>
    /// <returns>The profile.</returns>
    /// <exception cref="FormatException">It is not such a document, or a later version wrote it.</exception>
    public static CustomerProfile Deserialize(
        string document,
        TenantId tenant,
        CustomerId id,
        long version,
        Instant createdAt,
        Instant updatedAt
    )
    {
        ArgumentNullException.ThrowIfNull(document);
        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(document.Length));
        try
        {
            var utf8 = bytes.AsSpan(0, Encoding.UTF8.GetBytes(document, bytes));
            return Deserialize(utf8, tenant, id, version, createdAt, updatedAt);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes, clearArray: true);
        }
    }

    /// <summary>Reads a document that was kept as UTF-8.</summary>
    /// <param name="document">The document.</param>
    /// <param name="tenant">The tenant, as kept beside the document.</param>
    /// <param name="id">The customer, as kept beside the document.</param>
    /// <param name="version">The version, as kept beside the document.</param>
    /// <param name="createdAt">When it was created, as kept beside the document.</param>
    /// <param name="updatedAt">When it last changed, as kept beside the document.</param>
    /// <returns>The profile.</returns>
    /// <exception cref="FormatException">It is not such a document, or a later version wrote it.</exception>
    public static CustomerProfile Deserialize(
        ReadOnlySpan<byte> document,
        TenantId tenant,
        CustomerId id,
        long version,
        Instant createdAt,
        Instant updatedAt
    )
    {
        ImmutableArray<Identity> identities;
        ImmutableArray<FieldValue> values;
        try
        {
            (identities, values) = Read(new Utf8JsonReader(document));
        }
        // The fault of the reader repeats a part of the document, so it is not passed on.
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or ArgumentException)
        {
            throw Damaged();
        }

        return new CustomerProfile(tenant, id, version, createdAt, updatedAt, identities, values);
    }

    private static (ImmutableArray<Identity> Identities, ImmutableArray<FieldValue> Values) Read(Utf8JsonReader json)
    {
        var identities = ImmutableArray.CreateBuilder<Identity>(1);
        var values = ImmutableArray.CreateBuilder<FieldValue>(8);
        var (hasIdentities, hasValues) = (false, false);
        json.Read();
        Expect(json, JsonTokenType.StartObject);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals(IdentitiesMember))
            {
                hasIdentities = true;
                json.Read();
                Expect(json, JsonTokenType.StartArray);
                while (json.Read() && json.TokenType != JsonTokenType.EndArray)
                {
                    json.Read();
                    var kind = ValueOf(Kinds, KindNames.Read(json)!);
                    json.Read();
                    identities.Add(Identity.FromStore(kind, json.GetString()!));
                    json.Read();
                    Expect(json, JsonTokenType.EndArray);
                }
            }
            else if (json.ValueTextEquals(ValuesMember))
            {
                hasValues = true;
                json.Read();
                Expect(json, JsonTokenType.StartArray);
                while (json.Read() && json.TokenType != JsonTokenType.EndArray)
                {
                    values.Add(ReadValue(ref json, values.Count == 0 ? null : values[^1].Provenance));
                }
            }
            else if (!json.ValueTextEquals("format"))
            {
                throw Unknown($"a member \"{json.GetString()}\"");
            }
            else if (json.Read() && json.GetInt32() is > Format and var format)
            {
                throw Unknown($"the format {format}");
            }
        }

        // Without one of them the profile would seem empty, and the next save would make it so.
        return hasIdentities && hasValues
            ? (identities.DrainToImmutable(), values.DrainToImmutable())
            : throw Damaged();
    }

    private static void Expect(in Utf8JsonReader json, JsonTokenType token)
    {
        if (json.TokenType != token)
        {
            throw Damaged();
        }
    }

    /// <summary>Writes one value with its field, key and provenance.</summary>
    /// <param name="json">Where to write it.</param>
    /// <param name="value">The value.</param>
    /// <param name="before">The provenance of the value before it, which is not repeated; null for none.</param>
    internal static void Write(Utf8JsonWriter json, FieldValue value, Provenance? before = null)
    {
        json.WriteStartObject();
        json.WriteString("field", value.Field.Code);
        if (value.Key.Length > 0)
        {
            json.WriteString("key", value.Key);
        }

        WriteContent(json, value.Field, value.Value);
        if (value.Provenance != before)
        {
            Write(json, value.Provenance);
        }

        json.WriteEndObject();
    }

    /// <summary>Writes the members of a provenance.</summary>
    internal static void Write(Utf8JsonWriter json, Provenance provenance)
    {
        json.WriteString("source", NameOf(Sources, provenance.Source));
        json.WriteString("by", provenance.By);
        json.WriteString("at", provenance.ObservedAt.ToDateTimeUtc());
    }

    /// <summary>Writes the member of the identities.</summary>
    internal static void Write(Utf8JsonWriter json, ImmutableArray<Identity> identities)
    {
        json.WriteStartArray(IdentitiesMember);
        foreach (var identity in identities)
        {
            Write(json, identity);
        }

        json.WriteEndArray();
    }

    /// <summary>Writes one identity.</summary>
    internal static void Write(Utf8JsonWriter json, Identity identity)
    {
        json.WriteStartArray();
        json.WriteStringValue(NameOf(Kinds, identity.Kind));
        json.WriteStringValue(identity.Value);
        json.WriteEndArray();
    }

    /// <summary>Reads an identity that was written so.</summary>
    internal static Identity ReadIdentity(JsonElement identity) =>
        Identity.FromStore(ValueOf(Kinds, identity[0].GetString()!), identity[1].GetString()!);

    /// <summary>A provenance of its members.</summary>
    internal static Provenance ProvenanceOf(string source, string by, Instant at) =>
        new(ValueOf(Sources, source), by, at);

    /// <summary>Writes the content of a value as the member "value"; nothing for null.</summary>
    internal static void WriteContent(Utf8JsonWriter json, ProfileField field, object? content)
    {
        switch (content)
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
                json.WriteString("value", photo.Url?.OriginalString ?? "");
                break;
            case PersonName name:
                WriteParts(json, ("full", name.Full), ("given", name.Given), ("family", name.Family));
                break;
            case ProfileEmail email:
                WriteParts(
                    json,
                    ("address", email.Address.Value ?? email.Unparsed),
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
                    $"The field {field.Code} holds a {content.GetType().Name}, which cannot be kept."
                );
        }
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

    /// <summary>Reads one value that <see cref="Write(Utf8JsonWriter, FieldValue, Provenance?)"/> wrote.</summary>
    internal static FieldValue ReadValue(ReadOnlySpan<byte> value)
    {
        var json = new Utf8JsonReader(value);
        json.Read();
        return ReadValue(ref json, before: null);
    }

    /// <summary>Reads the content of a value, as <see cref="WriteContent"/> wrote it; null for JSON's null.</summary>
    internal static object? ReadContent(ProfileField field, ReadOnlySpan<byte> content)
    {
        var json = new Utf8JsonReader(content);
        json.Read();
        return json.TokenType == JsonTokenType.StartObject
            ? ContentOf(field, text: null, Parts.Read(ref json, key: null))
            : ContentOf(field, json.GetString(), default);
    }

    /// <param name="json">Is at the beginning of the value.</param>
    /// <param name="before">The provenance of the value before it, if it has none of its own; null for none.</param>
    private static FieldValue ReadValue(ref Utf8JsonReader json, Provenance? before)
    {
        string? field = null,
            key = null,
            text = null,
            source = null,
            by = null;
        var parts = default(Parts);
        Instant? at = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var member = MembersOfValue.Read(json);
            json.Read();
            switch (member)
            {
                case "field":
                    field = FieldCodes.Read(json);
                    break;
                case "key":
                    key = json.GetString();
                    break;
                case "value" when json.TokenType == JsonTokenType.StartObject:
                    parts = Parts.Read(ref json, key);
                    break;
                case "value":
                    text = json.GetString();
                    break;
                case "source":
                    source = SourceNames.Read(json);
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

        if (!ProfileField.TryParse(field, out var known))
        {
            throw Unknown($"a field \"{field}\"");
        }

        var provenance = (source, by, at) switch
        {
            (null, null, null) => before,
            ({ } from, { } author, { } time) => ProvenanceOf(from, author, time),
            _ => null,
        };
        return new FieldValue(known, key ?? "", ContentOf(known, text, parts), provenance ?? throw Damaged());
    }

    private static object? ContentOf(ProfileField field, string? text, in Parts parts)
    {
        if (text is null && !parts.Exist)
        {
            return null;
        }

        var type = field.ValueType;
        if (!parts.Exist)
        {
            return type == typeof(string) ? text
                : type == typeof(Uri) ? UrlOf(text)
                : type == typeof(Photo) ? new Photo(UrlOf(text)!)
                : throw Unknown($"text in the field {field.Code}");
        }

        parts.ThrowIfUnknown(field);
        return type == typeof(PersonName) ? new PersonName(parts["full"]!, parts["given"], parts["family"])
            : type == typeof(ProfileEmail) ? EmailOf(parts["address"], parts["normalized"], parts["label"])
            : type == typeof(PhoneNumber) ? new PhoneNumber(parts["number"]!, parts["label"])
            : type == typeof(PostalAddress)
                ? new PostalAddress(
                    parts["street"],
                    parts["city"],
                    parts["region"],
                    parts["postal-code"],
                    parts["country"]
                )
            : type == typeof(SocialProfile)
                ? new SocialProfile(parts["network"]!, UrlOf(parts["url"]), parts["username"])
            : throw Unknown($"parts in the field {field.Code}");
    }

    /// <summary>Whether <see cref="WriteContent"/> writes a part of this name for a value of this type.</summary>
    private static bool IsPart(Type type, string name) =>
        type == typeof(PersonName) ? name is "full" or "given" or "family"
        : type == typeof(ProfileEmail) ? name is "address" or "normalized" or "label"
        : type == typeof(PhoneNumber) ? name is "number" or "label"
        : type == typeof(PostalAddress) ? name is "street" or "city" or "region" or "postal-code" or "country"
        : type == typeof(SocialProfile) && name is ("network" or "url" or "username");

    /// <summary>An address; or a text that is none, which only the draft of an edit holds.</summary>
    private static ProfileEmail EmailOf(string? address, string? normalized, string? label) =>
        address is not null && normalized is not null
            ? new ProfileEmail(EmailAddress.FromStore(address, normalized), label)
            : new ProfileEmail(address ?? "", label);

    /// <summary>The text that a reader is at: the same object as another text if it is equal to that.</summary>
    private static string? TextOf(in Utf8JsonReader json, string? other) =>
        other is not null && json.TokenType == JsonTokenType.String && json.ValueTextEquals(other)
            ? other
            : json.GetString();

    private static Uri? UrlOf(string? text) => text is null ? null : new Uri(text, UriKind.RelativeOrAbsolute);

    internal static string NameOf<T>((T Value, string Name)[] names, T value)
        where T : struct, Enum
    {
        foreach (var known in names)
        {
            if (EqualityComparer<T>.Default.Equals(known.Value, value))
            {
                return known.Name;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(value), value, $"There is no such {typeof(T).Name}.");
    }

    internal static T ValueOf<T>((T Value, string Name)[] names, string name)
        where T : struct, Enum
    {
        foreach (var known in names)
        {
            if (string.Equals(known.Name, name, StringComparison.Ordinal))
            {
                return known.Value;
            }
        }

        throw Unknown($"a {typeof(T).Name} \"{name}\"");
    }

    internal static FormatException Unknown(string what) =>
        new(
            $"A profile in the database holds {what} that this version does not know. A newer version has "
                + $"written it: update the packages of this host."
        );

    private static FormatException Damaged() => new("The document of a profile is damaged.");

    /// <summary>
    /// The parts of a value that has several, without an object of their own. Default for a value without parts.
    /// </summary>
    private struct Parts
    {
        /// <summary>No value has more.</summary>
        private const int Most = 5;

        private Texts _parts;
        private int _count;

        public bool Exist { get; private set; }

        public readonly string? this[string name]
        {
            get
            {
                foreach (var part in _parts[.._count])
                {
                    if (string.Equals(part.Name, name, StringComparison.Ordinal))
                    {
                        return part.Text;
                    }
                }

                return null;
            }
        }

        /// <summary>Refuses a part that would be lost when the value is written back.</summary>
        public readonly void ThrowIfUnknown(ProfileField field)
        {
            foreach (var (name, _) in _parts[.._count])
            {
                if (!IsPart(field.ValueType, name))
                {
                    throw Unknown($"a part \"{name}\" of the field {field.Code}");
                }
            }
        }

        /// <param name="json">Is at the beginning of the parts.</param>
        /// <param name="key">The key of the value, which an e-mail address repeats; null for none.</param>
        public static Parts Read(ref Utf8JsonReader json, string? key)
        {
            var parts = new Parts { Exist = true };
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var name = PartNames.Read(json)!;
                if (parts._count == Most)
                {
                    throw Unknown($"a part \"{name}\"");
                }

                json.Read();
                parts._parts[parts._count++] = (name, TextOf(json, key)!);
            }

            return parts;
        }

        [InlineArray(Most)]
        private struct Texts
        {
            private (string Name, string Text) _first;
        }
    }
}
