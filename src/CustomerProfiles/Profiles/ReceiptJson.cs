using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using NodaTime.Text;

namespace CustomerProfiles;

/// <summary>Receipts of erasures as JSON.</summary>
internal static class ReceiptJson
{
    public static string Write(ErasureReceipt receipt)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id", receipt.Id);
            json.WriteStartArray("customers");
            foreach (var customer in receipt.Customers)
            {
                json.WriteStringValue(customer.Value);
            }

            json.WriteEndArray();
            json.WriteString("at", InstantPattern.ExtendedIso.Format(receipt.At));
            json.WriteString("by", receipt.By);
            if (receipt.CaseReference is { } reference)
            {
                json.WriteString("caseReference", reference);
            }

            json.WriteNumber("identities", receipt.Identities);
            json.WriteNumber("conversations", receipt.Conversations);
            json.WriteNumber("changes", receipt.Changes);
            json.WriteStartArray("providers");
            foreach (var provider in receipt.Providers)
            {
                json.WriteStringValue(provider);
            }

            json.WriteEndArray();
            json.WriteStartArray("marks");
            foreach (var mark in receipt.Marks)
            {
                json.WriteStartObject();
                json.WriteString("hash", mark.Hash);
                json.WriteString("keyId", mark.KeyId);
                json.WriteString("kind", mark.Kind.ToString());
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    public static ErasureReceipt Read(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var json = document.RootElement;
            return new ErasureReceipt
            {
                Id = json.GetProperty("id").GetGuid(),
                Customers =
                [
                    .. json.GetProperty("customers").EnumerateArray().Select(id => CustomerId.From(id.GetGuid())),
                ],
                At = InstantPattern.ExtendedIso.Parse(TextOf(json, "at")).GetValueOrThrow(),
                By = TextOf(json, "by"),
                CaseReference = json.TryGetProperty("caseReference", out var reference) ? reference.GetString() : null,
                Identities = json.GetProperty("identities").GetInt32(),
                Conversations = json.GetProperty("conversations").GetInt32(),
                Changes = json.GetProperty("changes").GetInt32(),
                Providers = [.. json.GetProperty("providers").EnumerateArray().Select(name => name.GetString()!)],
                Marks = [.. json.GetProperty("marks").EnumerateArray().Select(MarkOf)],
            };
        }
        catch (Exception exception)
            when (exception
                    is JsonException
                        or FormatException
                        or KeyNotFoundException
                        or InvalidOperationException
                        or ArgumentException
                        or UnparsableValueException
            )
        {
            throw new FormatException("This is no receipt of an erasure, or a part of it is missing.", exception);
        }
    }

    private static ErasureMark MarkOf(JsonElement json) =>
        new()
        {
            Hash = TextOf(json, "hash"),
            KeyId = TextOf(json, "keyId"),
            Kind = Enum.Parse<ErasureMarkKind>(TextOf(json, "kind")),
        };

    private static string TextOf(JsonElement json, string name) =>
        json.GetProperty(name).GetString() ?? throw new FormatException($"{name} is null.");
}
