using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using NodaTime;

namespace CustomerProfiles.Stores;

/// <summary>
/// Writes an event as one JSON document, and reads it back, for a store that keeps it in one column. Tenant, customer
/// and sequence are kept beside the document.
/// </summary>
/// <remarks>
/// <para>
/// <c>{"kind":"updated","source":"agent","by":"kim","at":"2026-01-31T12:00:00Z","fields":["company"]}</c>. The same
/// event always gives the same text.
/// </para>
/// <para>
/// Later versions of the library read what this one writes. A document with a member that this version does not know is
/// refused. Clean for trimming and native AOT; safe for any number of threads.
/// </para>
/// </remarks>
public static class EventSerializer
{
    private static readonly JsonWriterOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly (CustomerEventKind Value, string Name)[] Kinds =
    [
        (CustomerEventKind.Created, "created"),
        (CustomerEventKind.Updated, "updated"),
        (CustomerEventKind.Merged, "merged"),
        (CustomerEventKind.MergedAway, "merged-away"),
        (CustomerEventKind.Unmerged, "unmerged"),
        (CustomerEventKind.Suppressed, "suppressed"),
        (CustomerEventKind.Unsuppressed, "unsuppressed"),
        (CustomerEventKind.Erased, "erased"),
    ];

    /// <summary>Writes the document.</summary>
    /// <param name="write">The event.</param>
    /// <returns>The document.</returns>
    public static string Serialize(EventWrite write)
    {
        ArgumentNullException.ThrowIfNull(write);
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            json.WriteStartObject();
            json.WriteString("kind", ProfileSerializer.NameOf(Kinds, write.Kind));
            ProfileSerializer.Write(json, write.By);
            if (!write.Fields.IsDefaultOrEmpty)
            {
                json.WriteStartArray("fields");
                foreach (var field in write.Fields)
                {
                    json.WriteStringValue(field);
                }

                json.WriteEndArray();
            }

            if (write.Merge is { } merge)
            {
                json.WriteString("merge", merge.Value);
            }

            if (write.OtherCustomerId is { } other)
            {
                json.WriteString("other", other.Value);
            }

            if (write.Erasure is { } erasure)
            {
                json.WriteString("erasure", erasure);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Reads a document, and gives the event its id.</summary>
    /// <param name="document">The document.</param>
    /// <param name="tenant">The tenant.</param>
    /// <param name="customer">The customer.</param>
    /// <param name="sequence">The sequence.</param>
    /// <returns>The event.</returns>
    /// <exception cref="FormatException">It is not such a document, or a later version wrote it.</exception>
    public static CustomerEvent Deserialize(string document, TenantId tenant, CustomerId customer, long sequence)
    {
        ArgumentNullException.ThrowIfNull(document);
        try
        {
            using var json = JsonDocument.Parse(document);
            var write = Read(json.RootElement);
            return new CustomerEvent
            {
                Id = IdOf(document, tenant, customer, sequence),
                Tenant = tenant,
                CustomerId = customer,
                Sequence = sequence,
                Kind = write.Kind,
                By = write.By,
                Fields = write.Fields,
                Merge = write.Merge,
                OtherCustomerId = write.OtherCustomerId,
                Erasure = write.Erasure,
            };
        }
        // The fault of the reader repeats a part of the document, so it is not passed on.
        catch (Exception fault)
            when (fault is JsonException or InvalidOperationException or ArgumentException or KeyNotFoundException)
        {
            throw new FormatException("The document of an event is damaged.");
        }
    }

    private static EventWrite Read(JsonElement document)
    {
        CustomerEventKind? kind = null;
        string? source = null,
            by = null;
        Instant? at = null;
        ImmutableArray<string> fields = [];
        MergeId? merge = null;
        CustomerId? other = null;
        Guid? erasure = null;
        foreach (var member in document.EnumerateObject())
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
                case "fields":
                    fields = [.. member.Value.EnumerateArray().Select(field => field.GetString()!)];
                    break;
                case "merge":
                    merge = MergeId.From(member.Value.GetGuid());
                    break;
                case "other":
                    other = CustomerId.From(member.Value.GetGuid());
                    break;
                case "erasure":
                    erasure = member.Value.GetGuid();
                    break;
                default:
                    throw ProfileSerializer.Unknown($"a member \"{member.Name}\" of an event");
            }
        }

        return kind is null || source is null || by is null || at is null
            ? throw new JsonException()
            : new EventWrite
            {
                Kind = kind.Value,
                By = ProfileSerializer.ProvenanceOf(source, by, at.Value),
                Fields = fields,
                Merge = merge,
                OtherCustomerId = other,
                Erasure = erasure,
            };
    }

    /// <summary>
    /// An id that needs no column, and is the same at each delivery. It holds the content too: a database that was
    /// restored from a backup gives a sequence again, and then to another event.
    /// </summary>
    private static Guid IdOf(string document, TenantId tenant, CustomerId customer, long sequence)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{tenant}\n{customer}\n{sequence}\n{document}");
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash, bigEndian: true);
    }
}
