namespace CustomerProfiles.Stores;

/// <summary>What is left of a merge after something in it had to be forgotten.</summary>
/// <remarks>Immutable. <see cref="ToString"/> shows the id of the merge only.</remarks>
public sealed class MergeRedaction
{
    /// <summary>The tenant.</summary>
    public required TenantId Tenant { get; init; }

    /// <summary>The merge.</summary>
    public required MergeId Merge { get; init; }

    /// <summary>The journal as it was read.</summary>
    public required string Read { get; init; }

    /// <summary>The journal as it is to be.</summary>
    public required string Journal { get; init; }

    /// <summary>The absorbed customer's profile as it is to be, in the version that it has.</summary>
    public required CustomerProfile From { get; init; }

    /// <summary>The id of the merge only.</summary>
    public override string ToString() => $"{nameof(MergeRedaction)} {Merge}";
}
