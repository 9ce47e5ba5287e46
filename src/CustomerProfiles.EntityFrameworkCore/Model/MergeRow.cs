namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>A merge of two customers.</summary>
internal sealed class MergeRow
{
    public required string Tenant { get; set; }

    public Guid Id { get; set; }

    /// <summary>The absorbed customer.</summary>
    public Guid FromId { get; set; }

    /// <summary>The customer into whom they were merged, who may have been absorbed since.</summary>
    public Guid IntoId { get; set; }

    public DateTime MergedAt { get; set; }

    public required string MergedBy { get; set; }

    /// <summary>When the merge was undone; null when it was not.</summary>
    public DateTime? UndoneAt { get; set; }

    /// <summary>What is needed to undo the merge; null when it was undone, or can no longer be.</summary>
    public string? Journal { get; set; }
}
