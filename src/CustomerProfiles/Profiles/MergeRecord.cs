using NodaTime;

namespace CustomerProfiles;

/// <summary>That two customers were merged.</summary>
/// <remarks>Immutable.</remarks>
public sealed record MergeRecord
{
    /// <summary>The merge.</summary>
    public required MergeId Id { get; init; }

    /// <summary>The absorbed customer.</summary>
    public required CustomerId From { get; init; }

    /// <summary>The customer into whom they were merged, who may have been absorbed since.</summary>
    public required CustomerId Into { get; init; }

    /// <summary>When, to the microsecond.</summary>
    public required Instant At { get; init; }

    /// <summary>The id of whoever merged them.</summary>
    public required string By { get; init; }
}
