using System.Text.Json.Serialization;
using CustomerProfiles.Providers;
using CustomerProfiles.Stores;

namespace CustomerProfiles;

/// <summary>The stored form of <see cref="MergeJournal"/>.</summary>
internal sealed class JournalDocument
{
    public required JournalProfile Into { get; init; }

    public required JournalProfile Merged { get; init; }

    public bool WasIntoMarked { get; init; }

    public required JournalCheck[] FromChecks { get; init; }

    public required JournalCheck[] IntoChecks { get; init; }

    public required JournalCheck[] MergedChecks { get; init; }

    public required Guid[] Aliases { get; init; }
}

/// <summary>The stored form of a version of a profile; times are ticks since 1970.</summary>
internal sealed class JournalProfile
{
    public required long Version { get; init; }

    public required long CreatedAt { get; init; }

    public required long UpdatedAt { get; init; }

    public required string Profile { get; init; }
}

/// <summary>The stored form of a check; times are ticks since 1970.</summary>
internal sealed class JournalCheck
{
    public required string Provider { get; init; }

    public long? LastCheckAt { get; init; }

    public CheckOutcome? LastOutcome { get; init; }

    public long? RequestedAt { get; init; }

    public bool IsPending { get; init; }

    public long? LastFailureAt { get; init; }

    public ProviderFailure? LastFailure { get; init; }

    public Guid? LeaseId { get; init; }

    public long LeasedUntil { get; init; }

    public long NotBefore { get; init; }

    public int Attempt { get; init; }

    public bool IsWanted { get; init; }

    public long SettingGeneration { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UseStringEnumConverter = true
)]
[JsonSerializable(typeof(JournalDocument))]
internal sealed partial class MergeJournalContext : JsonSerializerContext;
