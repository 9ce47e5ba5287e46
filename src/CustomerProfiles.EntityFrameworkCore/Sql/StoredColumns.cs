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

    public CustomerProfile ReadProfile(DbDataReader reader, TenantId tenant, int from)
    {
        var id = CustomerId.From(dialect.ReadId(reader, from));
        var version = reader.GetInt64(from + 1);
        var (createdAt, updatedAt) = (dialect.ReadTime(reader, from + 2), dialect.ReadTime(reader, from + 3));
        return dialect.ReadUtf8(reader, from + 4) is { } utf8
            ? ProfileDocument.Read(utf8, tenant, id, version, createdAt, updatedAt)
            : ProfileDocument.Read(reader.GetString(from + 4), tenant, id, version, createdAt, updatedAt);
    }

    public StoredCustomer ReadCustomer(DbDataReader reader, TenantId tenant) =>
        new()
        {
            Profile = ReadProfile(reader, tenant, from: 0),
            Checks = ReadChecks(TextOrNull(reader, 5)),
            ProviderSettings = ReadProviderSettings(TextOrNull(reader, 6)),
            IsSuppressed = reader.GetBoolean(7),
        };

    /// <summary>A row of <see cref="StoreStatements.GetRetained"/>.</summary>
    public RetainedCustomer ReadRetained(DbDataReader reader, TenantId tenant) =>
        new()
        {
            Profile = ReadProfile(reader, tenant, from: 0),
            IsSuppressed = reader.GetBoolean(5),
            HasPendingCheck = reader.GetBoolean(6),
            LastConversationAt = reader.IsDBNull(7) ? null : dialect.ReadTime(reader, 7),
        };

    public Instant ReadTime(DbDataReader reader, int column) => dialect.ReadTime(reader, column);

    public static string? TextOrNull(DbDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetString(column);

    public static ImmutableArray<CheckState> ReadChecks(string? document) => ReadRows(document, ReadCheck);

    /// <summary>As <see cref="CheckDocument"/> has them.</summary>
    public static ImmutableArray<StoredCheck> ReadStoredChecks(string? document) =>
        ReadRows(
            document,
            static (ref Utf8JsonReader json) =>
                new StoredCheck
                {
                    State = ReadCheck(ref json),
                    LeaseId = Id(ref json),
                    LeasedUntil = Time(ref json)!.Value,
                    NotBefore = Time(ref json)!.Value,
                    Attempt = (int)Number(ref json)!.Value,
                    IsWanted = Flag(ref json),
                    SettingGeneration = Number(ref json)!.Value,
                }
        );

    public static ImmutableArray<SuppressionMark> ReadMarks(string? document) =>
        ReadRows(
            document,
            static (ref Utf8JsonReader json) =>
                new SuppressionMark(
                    Identity.FromStore(StoredNames.Kind(Text(ref json)!), Text(ref json)!),
                    Id(ref json) is { } merge ? MergeId.From(merge) : null
                )
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

    /// <summary>The columns of a profile, then the merge, and the changes as a text.</summary>
    public static ImmutableArray<AbsorbedCustomer> ReadAbsorbed(string? document, TenantId tenant)
    {
        return ReadRows(document, ReadOne);

        AbsorbedCustomer ReadOne(ref Utf8JsonReader json)
        {
            var id = CustomerId.From(Id(ref json)!.Value);
            var version = Number(ref json)!.Value;
            var (createdAt, updatedAt) = (Time(ref json)!.Value, Time(ref json)!.Value);
            return new AbsorbedCustomer
            {
                Profile = ProfileDocument.Read(Text(ref json)!, tenant, id, version, createdAt, updatedAt),
                Merge = MergeId.From(Id(ref json)!.Value),
                Changes = ReadChanges(Text(ref json)),
            };
        }
    }

    /// <summary>Newest first.</summary>
    public static ImmutableArray<MergeRecord> ReadMerges(string? document) =>
        ReadRows(
            document,
            static (ref Utf8JsonReader json) =>
                new MergeRecord
                {
                    Id = MergeId.From(Id(ref json)!.Value),
                    From = CustomerId.From(Id(ref json)!.Value),
                    Into = CustomerId.From(Id(ref json)!.Value),
                    At = Time(ref json)!.Value,
                    By = Text(ref json)!,
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

    /// <summary>A row of <see cref="EventStatements.Claim"/>.</summary>
    public ClaimedEvents ReadClaimedEvents(DbDataReader reader, Guid lease)
    {
        var (tenant, id) = (new TenantId(reader.GetString(0)), CustomerId.From(dialect.ReadId(reader, 1)));
        return new ClaimedEvents
        {
            Tenant = tenant,
            CustomerId = id,
            Lease = lease,
            Attempts = reader.GetInt32(2),
            Events = ReadRows(TextOrNull(reader, 3), ReadOne),
        };

        CustomerEvent ReadOne(ref Utf8JsonReader json)
        {
            var sequence = Number(ref json)!.Value;
            return ReadEvent(Text(ref json)!, tenant, id, sequence);
        }
    }

    /// <summary>A row of <see cref="EventStatements.GetStopped"/>.</summary>
    public StoppedEvents ReadStoppedEvents(DbDataReader reader) =>
        new()
        {
            Attempts = reader.GetInt32(2),
            Event = ReadEvent(
                reader.GetString(4),
                new TenantId(reader.GetString(0)),
                CustomerId.From(dialect.ReadId(reader, 1)),
                reader.GetInt64(3)
            ),
        };

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

    /// <exception cref="ProfileDatabaseException">It holds what this version does not know.</exception>
    private static CustomerEvent ReadEvent(string document, TenantId tenant, CustomerId id, long sequence)
    {
        try
        {
            return EventSerializer.Deserialize(document, tenant, id, sequence);
        }
        catch (FormatException fault)
        {
            throw new ProfileDatabaseException(fault.Message, fault);
        }
    }

    private delegate T ReadRow<T>(ref Utf8JsonReader json);

    private static CheckState ReadCheck(ref Utf8JsonReader json) =>
        new()
        {
            Provider = Text(ref json)!,
            LastCheckAt = Time(ref json),
            LastOutcome = Text(ref json) is { } outcome ? StoredNames.Outcome(outcome) : null,
            RequestedAt = Time(ref json),
            IsPending = Flag(ref json),
            LastFailureAt = Time(ref json),
            LastFailure = Text(ref json) is { } failure ? StoredNames.Failure(failure) : null,
        };

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

    private static Guid? Id(ref Utf8JsonReader json) => Text(ref json) is { } id ? Guid.Parse(id) : null;

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
