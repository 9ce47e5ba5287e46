namespace CustomerProfiles.EntityFrameworkCore.Model;

/// <summary>What was spent at a provider in a day or month.</summary>
internal sealed class SpendingRow
{
    public required string Provider { get; set; }

    public required string Period { get; set; }

    public int Spent { get; set; }
}
