using System.Collections.Immutable;

namespace CustomerProfiles;

/// <summary>What was removed because it was older than the host keeps it.</summary>
/// <remarks>Immutable.</remarks>
public sealed class RetentionResult
{
    /// <summary>How many conversation records were removed.</summary>
    public required long ConversationsRemoved { get; init; }

    /// <summary>How many merges can no longer be undone; what was kept for that is removed.</summary>
    public required long MergesLapsed { get; init; }

    /// <summary>How many guards against conversations of erased customers were over and removed.</summary>
    public required long GuardsRemoved { get; init; }

    /// <summary>
    /// The customers who were erased, or would be in a dry run: at most <see cref="RetentionOptions.MaxErasures"/>.
    /// </summary>
    public required ImmutableArray<RetentionFinding> Erased { get; init; }

    /// <summary>
    /// The customers who are to be erased and were kept, or would be in a dry run, because a merge can still be undone
    /// or the host has no erasure key.
    /// </summary>
    public required ImmutableArray<RetentionFinding> Kept { get; init; }

    /// <summary>Whether every customer was looked at. If not, <see cref="RetentionOptions.MaxErasures"/> was
    /// reached.</summary>
    public required bool IsComplete { get; init; }
}
