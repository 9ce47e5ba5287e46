namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>The budget usage of a provider in a day or month.</summary>
internal sealed class BudgetUsageRow
{
    public required string Provider { get; set; }

    public required string Period { get; set; }

    /// <summary>
    /// The number of the counter; the usage is the sum of all counters. There are several so that a host that pauses
    /// while it has locked one does not block the others.
    /// </summary>
    public int Shard { get; set; }

    public int Used { get; set; }
}
