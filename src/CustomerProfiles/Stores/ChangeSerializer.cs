using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using NodaTime;

namespace CustomerProfiles.Stores;

/// <summary>
/// Writes a change of a history as one JSON document, and reads it back, for a store that keeps it in one column. The
/// number and the version are kept beside the document.
/// </summary>
/// <remarks>
/// <para>
/// <c>{"kind":"edit","source":"agent","by":"kim","at":"2026-01-31T12:00:00Z","updated":"2026-01-30T09:00:00Z",
/// "values":[{"field":"company","index":1,"before":{..}}]}</c>, where <c>before</c> is a value as
/// <see cref="ProfileSerializer"/> writes it. The same change always gives the same text.
/// </para>
/// <para>
/// Later versions of the library read what this one writes. A document with a member that this version does not know is
/// refused. Clean for trimming and native AOT; safe for any number of threads.
/// </para>
/// </remarks>
public static class ChangeSerializer
{
    private static readonly JsonWriterOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly (HistoryKind Value, string Name)[] Kinds =
    [
        (HistoryKind.Edit, "edit"),
        (HistoryKind.Revert, "revert"),
        (HistoryKind.Check, "check"),
        (HistoryKind.Conversation, "conversation"),
        (HistoryKind.Import, "import"),
        (HistoryKind.ProviderDataRemoval, "provider-data-removal"),
        (HistoryKind.Suppression, "suppression"),
        (HistoryKind.Unsuppression, "unsuppression"),
        (HistoryKind.Merge, "merge"),
        (HistoryKind.Unmerge, "unmerge"),
    ];

    /// <summary>The name of a kind in a document.</summary>
    internal static string NameOf(HistoryKind kind) => ProfileSerializer.NameOf(Kinds, kind);

    /// <summary>Writes the document.</summary>
    /// <param name="change">The change.</param>
    /// <returns>The document.</returns>
    public static string Serialize(ProfileChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            json.WriteStartObject();
            json.WriteString("kind", NameOf(change.Kind));
            ProfileSerializer.Write(json, change.By);
            if (change.CaseReference is { } reference)
            {
                json.WriteString("case", reference);
            }

            if (change.UpdatedAt is { } updatedAt)
            {
                json.WriteString("updated", updatedAt.ToDateTimeUtc());
            }

            json.WriteStartArray("values");
            foreach (var value in change.Values)
            {
                Write(json, value);
            }

            json.WriteEndArray();
            if (!change.Identities.IsDefault)
            {
                ProfileSerializer.Write(json, change.Identities);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Reads a document.</summary>
    /// <param name="document">The document.</param>
    /// <returns>The change.</returns>
    /// <exception cref="FormatException">It is not such a document, or a later version wrote it.</exception>
    public static ProfileChange Deserialize(string document)
    {
        ArgumentNullException.ThrowIfNull(document);
        try
        {
            using var json = JsonDocument.Parse(document);
            return Read(json.RootElement);
        }
        // The fault of the reader repeats a part of the document, so it is not passed on.
        catch (Exception fault)
            when (fault is JsonException or InvalidOperationException or ArgumentException or KeyNotFoundException)
        {
            throw new FormatException("The document of a change is damaged.");
        }
    }

    private static ProfileChange Read(JsonElement change)
    {
        HistoryKind? kind = null;
        string? source = null,
            by = null,
            reference = null;
        Instant? at = null,
            updatedAt = null;
        ImmutableArray<PreviousValue> values = default;
        ImmutableArray<Identity> identities = default;
        foreach (var member in change.EnumerateObject())
        {
            switch (member.Name)
            {
                case "kind":
                    kind = ProfileSerializer.ValueOf(Kinds, member.Value.GetString()!);
                    break;
                case "source":
                    source = member.Value.GetString();
                    break;
                case "by":
                    by = member.Value.GetString();
                    break;
                case "at":
                    at = Instant.FromDateTimeUtc(member.Value.GetDateTime());
                    break;
                case "case":
                    reference = member.Value.GetString();
                    break;
                case "updated":
                    updatedAt = Instant.FromDateTimeUtc(member.Value.GetDateTime());
                    break;
                case "values":
                    values = [.. member.Value.EnumerateArray().Select(ReadValue)];
                    break;
                case ProfileSerializer.IdentitiesMember:
                    identities = [.. member.Value.EnumerateArray().Select(ProfileSerializer.ReadIdentity)];
                    break;
                default:
                    throw ProfileSerializer.Unknown($"a member \"{member.Name}\" of a change");
            }
        }

        return kind is null || source is null || by is null || at is null || values.IsDefault
            ? throw new JsonException()
            : new ProfileChange
            {
                Kind = kind.Value,
                By = ProfileSerializer.ProvenanceOf(source, by, at.Value),
                CaseReference = reference,
                UpdatedAt = updatedAt,
                Values = values,
                Identities = identities,
            };
    }

    private static void Write(Utf8JsonWriter json, PreviousValue value)
    {
        json.WriteStartObject();
        json.WriteString("field", value.Field.Code);
        if (value.Key.Length > 0)
        {
            json.WriteString("key", value.Key);
        }

        if (value.IsRemoved)
        {
            json.WriteBoolean("removed", true);
        }

        if (value.Value is { } before)
        {
            json.WriteNumber("index", value.Index);
            json.WritePropertyName("before");
            ProfileSerializer.Write(json, before);
        }

        json.WriteEndObject();
    }

    private static PreviousValue ReadValue(JsonElement value)
    {
        ProfileField? field = null;
        FieldValue? before = null;
        var key = "";
        var index = 0;
        var isRemoved = false;
        foreach (var member in value.EnumerateObject())
        {
            switch (member.Name)
            {
                case "field":
                    field = ProfileField.TryParse(member.Value.GetString()!, out var known)
                        ? known
                        : throw ProfileSerializer.Unknown("a field of a change");
                    break;
                case "key":
                    key = member.Value.GetString()!;
                    break;
                case "removed":
                    isRemoved = member.Value.GetBoolean();
                    break;
                case "index":
                    index = member.Value.GetInt32();
                    break;
                case "before":
                    before = ProfileSerializer.ReadValue(JsonMarshal.GetRawUtf8Value(member.Value));
                    break;
                default:
                    throw ProfileSerializer.Unknown($"a member \"{member.Name}\" of a changed value");
            }
        }

        return field is null
            ? throw new JsonException()
            : new PreviousValue
            {
                Field = field,
                Key = key,
                Value = before,
                Index = index,
                IsRemoved = isRemoved,
            };
    }
}
