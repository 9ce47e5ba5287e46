using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using CustomerProfiles.Stores;
using NodaTime;
using NodaTime.Text;

namespace CustomerProfiles;

/// <summary>The document of an export, as it is written and read again.</summary>
internal static class ExportFormat
{
    /// <summary>The name and version of the format.</summary>
    public const string Name = "customerprofiles/1";

    /// <summary>Stands for an agent whose id is left out.</summary>
    public const string SomeAgent = "agent";

    private const string Family = "customerprofiles/";

    /// <summary>The longest name of a source: the id of a conversation.</summary>
    private const int MaxSourceLength = 500;

    public static string NameOf(ConversationDirection direction) =>
        direction == ConversationDirection.Received ? "received" : "composed";

    /// <summary>The row that an export is for an import.</summary>
    /// <exception cref="FormatException">It is no export, a damaged one, or one of a later format.</exception>
    public static ImportRow Read(ReadOnlyMemory<byte> document)
    {
        try
        {
            using var json = JsonDocument.Parse(document);
            return Read(json.RootElement);
        }
        // The fault of the reader repeats a part of the document, so it is not passed on.
        catch (Exception fault)
            when (fault
                    is JsonException
                        or InvalidOperationException
                        or ArgumentException
                        or KeyNotFoundException
                        or FormatException
                && fault is not ExportFormatException
            )
        {
            throw new FormatException(
                "The document is not an export of a customer, or a damaged one: it is cut off, or was changed. Export "
                    + "the customer again."
            );
        }
    }

    private static ImportRow Read(JsonElement export)
    {
        var format = export.GetProperty("format").GetString();
        if (format != Name)
        {
            throw new ExportFormatException(
                format?.StartsWith(Family, StringComparison.Ordinal) == true
                    ? $"The export has a later format than {Name}, which is the latest that this version reads. "
                        + "Upgrade CustomerProfiles, or export the customer with this version."
                    : $"The document is not an export of a customer: its format is not {Name}."
            );
        }

        var customer = export.GetProperty("customer");
        var values = ImmutableArray.CreateBuilder<FieldValue>();
        foreach (var value in export.GetProperty("values").EnumerateArray())
        {
            values.Add(ReadValue(value));
        }

        if (values.DistinctBy(value => (value.Field, value.Key)).Count() != values.Count)
        {
            throw new ExportFormatException(
                "The export holds a value twice, so it was changed. Export the customer again."
            );
        }

        return new ImportRow
        {
            Profile = new NewProfile
            {
                Id = CustomerId.Parse(customer.GetProperty("id").GetString()!, CultureInfo.InvariantCulture),
                Identities =
                [
                    .. customer.GetProperty(ProfileSerializer.IdentitiesMember).EnumerateArray().Select(ReadIdentity),
                ],
            },
            CreatedAt = ReadTime(customer.GetProperty("createdAt")),
            WasSuppressed = customer.GetProperty("suppressed").GetBoolean(),
            Values = values.DrainToImmutable(),
        };
    }

    /// <summary>An identity, which may have been changed on its way.</summary>
    private static Identity ReadIdentity(JsonElement element)
    {
        var identity = ProfileSerializer.ReadIdentity(element);
        return
            identity.Value.Length <= Identity.MaxLength
            && PlainText.IndexOfUnfit(identity.Value, lines: false) < 0
            && (identity.Kind != IdentityKind.Email || EmailAddress.TryParse(identity.Value, out _))
            && (
                identity.Kind != IdentityKind.Phone
                || (Identity.TryPhone(identity.Value, out var phone) && phone == identity)
            )
            ? identity
            : throw new ExportFormatException("The export holds an identity that is none. Export the customer again.");
    }

    /// <summary>A value without what is there for people only.</summary>
    private static FieldValue ReadValue(JsonElement value)
    {
        using var plain = new MemoryStream();
        using (var json = new Utf8JsonWriter(plain))
        {
            json.WriteStartObject();
            foreach (var member in value.EnumerateObject().Where(member => member.Name is not ("label" or "cleared")))
            {
                member.WriteTo(json);
            }

            json.WriteEndObject();
        }

        var read = ProfileSerializer.ReadValue(plain.ToArray());
        return
            read.Key.Length <= (read.Field.IsList ? ProfileDraft.MaxKeyLength : 0)
            && read.Provenance.By.Length is > 0 and <= MaxSourceLength
            && PlainText.IndexOfUnfit(read.Provenance.By, lines: false) < 0
            && (!read.IsCleared || PlainText.IndexOfUnfit(read.Key, lines: false) < 0)
            && IsWhole(read.Value)
            ? read
            : throw new ExportFormatException("The export holds a value that is none. Export the customer again.");
    }

    /// <summary>
    /// Whether a value has the parts that it cannot do without, and an address is compared as what it is: a host may
    /// have folded its plus-tag.
    /// </summary>
    private static bool IsWhole(object? value) =>
        value switch
        {
            PersonName { Full: null } or PhoneNumber { Number: null } => false,
            ProfileEmail { Address: { Normalized: not null } address } => EmailAddress.TryParse(
                address.Value,
                out var parsed
            ) && (parsed.Normalized == address.Normalized || parsed.WithoutPlusTag().Normalized == address.Normalized),
            _ => true,
        };

    private static Instant ReadTime(JsonElement time) =>
        InstantPattern.ExtendedIso.Parse(time.GetString()!) is { Success: true, Value: var instant }
            ? instant
            : throw new ExportFormatException("The export holds a time that is none. Export the customer again.");
}

/// <summary>What is wrong with an export, in words that repeat nothing of it.</summary>
internal sealed class ExportFormatException(string message) : FormatException(message);
