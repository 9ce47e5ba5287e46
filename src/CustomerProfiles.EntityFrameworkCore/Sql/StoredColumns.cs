using System.Collections.Immutable;
using System.Data.Common;
using System.Text;
using System.Text.Json;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// Reads the columns of a profile (id, version, created, updated, document) and of a stored customer (the same, then
/// checks, provider settings, suppressed), which every statement returns in this order.
/// </summary>
internal sealed class StoredColumns(StoreDialect dialect)
{
    /// <summary>The number of columns of a stored customer.</summary>
    public const int CountOfCustomer = 8;

    private const long TicksInMicrosecond = NodaConstants.TicksPerSecond / 1_000_000;

    public CustomerProfile ReadProfile(DbDataReader reader, TenantId tenant, int from) =>
        ProfileDocument.Read(
            reader.GetString(from + 4),
            tenant,
            CustomerId.From(dialect.ReadId(reader, from)),
            reader.GetInt64(from + 1),
            dialect.ReadTime(reader, from + 2),
            dialect.ReadTime(reader, from + 3)
        );

    public StoredCustomer ReadCustomer(DbDataReader reader, TenantId tenant) =>
        new()
        {
            Profile = ReadProfile(reader, tenant, from: 0),
            Checks = ReadChecks(TextOrNull(reader, 5)),
            ProviderSettings = ReadProviderSettings(TextOrNull(reader, 6)),
            IsSuppressed = reader.GetBoolean(7),
        };

    public Instant ReadTime(DbDataReader reader, int column) => dialect.ReadTime(reader, column);

    public static string? TextOrNull(DbDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetString(column);

    public static ImmutableArray<CheckState> ReadChecks(string? document) =>
        ReadRows(
            document,
            static (ref Utf8JsonReader json) =>
                new CheckState
                {
                    Provider = Text(ref json)!,
                    LastCheckAt = Time(ref json),
                    LastOutcome = Text(ref json) is { } outcome ? StoredNames.Outcome(outcome) : null,
                    RequestedAt = Time(ref json),
                    IsPending = Flag(ref json),
                    LastFailureAt = Time(ref json),
                    LastFailure = Text(ref json) is { } failure ? StoredNames.Failure(failure) : null,
                }
        );

    public static ImmutableArray<ProviderSetting> ReadProviderSettings(string? document) =>
        ReadRows(
            document,
            static (ref Utf8JsonReader json) =>
                new ProviderSetting(Text(ref json)!, Flag(ref json), Time(ref json)!.Value, Text(ref json)!)
        );

    /// <summary>Newest first.</summary>
    public static ImmutableArray<StoredChange> ReadChanges(string? document) =>
        ReadRows(
            document,
            static (ref Utf8JsonReader json) =>
                new StoredChange
                {
                    Number = Number(ref json)!.Value,
                    Version = Number(ref json),
                    Change = ChangeSerializer.Deserialize(Text(ref json)!),
                }
        );

    public static ImmutableArray<Identity> ReadIdentities(string? document) =>
        ReadRows(
            document,
            static (ref Utf8JsonReader json) => Identity.FromStore(StoredNames.Kind(Text(ref json)!), Text(ref json)!)
        );

    public static ImmutableArray<ConversationRecord> ReadConversations(string? document) =>
        ReadRows(
            document,
            static (ref Utf8JsonReader json) =>
                new ConversationRecord(Text(ref json)!, StoredNames.Trigger(Text(ref json)!), Time(ref json)!.Value)
        );

    public static ImmutableArray<string> ReadTexts(string? document)
    {
        if (document is null or "[]")
        {
            return [];
        }

        var texts = ImmutableArray.CreateBuilder<string>();
        var json = new Utf8JsonReader(Encoding.UTF8.GetBytes(document));
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.String)
        {
            texts.Add(json.GetString()!);
        }

        return texts.DrainToImmutable();
    }

    private delegate T ReadRow<T>(ref Utf8JsonReader json);

    /// <summary>Nested rows: a list of lists, null or empty when there are none.</summary>
    private static ImmutableArray<T> ReadRows<T>(string? document, ReadRow<T> read)
    {
        if (document is null or "[]")
        {
            return [];
        }

        var rows = ImmutableArray.CreateBuilder<T>(1);
        var json = new Utf8JsonReader(Encoding.UTF8.GetBytes(document));
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.StartArray)
        {
            rows.Add(read(ref json));
            json.Read();
        }

        return rows.DrainToImmutable();
    }

    private static string? Text(ref Utf8JsonReader json)
    {
        json.Read();
        return json.GetString();
    }

    private static long? Number(ref Utf8JsonReader json)
    {
        json.Read();
        return json.TokenType == JsonTokenType.Null ? null : json.GetInt64();
    }

    private static Instant? Time(ref Utf8JsonReader json)
    {
        return Number(ref json) is { } microseconds
            ? Instant.FromUnixTimeTicks(microseconds * TicksInMicrosecond)
            : null;
    }

    /// <summary>SQLite returns a number.</summary>
    private static bool Flag(ref Utf8JsonReader json)
    {
        json.Read();
        return json.TokenType == JsonTokenType.Number ? json.GetInt32() != 0 : json.GetBoolean();
    }
}
