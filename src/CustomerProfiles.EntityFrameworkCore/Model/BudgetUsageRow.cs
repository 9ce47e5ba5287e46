namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>What was spent at a provider in a day or month.</summary>
internal sealed class BudgetUsageRow
{
    public required string Provider { get; set; }

    public required string Period { get; set; }

    /// <summary>
    /// Which of several counters it is, whose sum counts: a host that stands still while it holds one of them stops no
    /// other.
    /// </summary>
    public int Shard { get; set; }

    public int Spent { get; set; }
}
