using System.Collections.Immutable;
using System.Text.Json;
using NodaTime;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>The receipt of an erasure as one JSON document, as the statements that erase write it.</summary>
internal static class ReceiptDocument
{
    public const string Id = "id";
    public const string Customers = "customers";
    public const string At = "at";
    public const string By = "by";
    public const string CaseReference = "case_reference";
    public const string Identities = "identities";
    public const string Conversations = "conversations";
    public const string Changes = "changes";
    public const string Providers = "providers";
    public const string Marks = "marks";

    private const long TicksInMicrosecond = NodaConstants.TicksPerSecond / 1_000_000;

    public static ErasureReceipt Read(string document)
    {
        using var json = JsonDocument.Parse(document);
        var receipt = json.RootElement;
        return new ErasureReceipt
        {
            Id = receipt.GetProperty(Id).GetGuid(),
            Customers =
            [
                .. receipt.GetProperty(Customers).EnumerateArray().Select(id => CustomerId.From(id.GetGuid())),
            ],
            At = Instant.FromUnixTimeTicks(receipt.GetProperty(At).GetInt64() * TicksInMicrosecond),
            By = receipt.GetProperty(By).GetString()!,
            CaseReference = receipt.GetProperty(CaseReference).GetString(),
            Identities = receipt.GetProperty(Identities).GetInt32(),
            Conversations = receipt.GetProperty(Conversations).GetInt32(),
            Changes = receipt.GetProperty(Changes).GetInt32(),
            Providers = Texts(receipt.GetProperty(Providers)),
            Marks = [.. receipt.GetProperty(Marks).EnumerateArray().Select(MarksDocument.Read)],
        };
    }

    private static ImmutableArray<string> Texts(JsonElement texts) =>
        [.. texts.EnumerateArray().Select(text => text.GetString()!).Order(StringComparer.Ordinal)];
}
