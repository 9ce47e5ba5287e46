namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>A match key of a customer, by which duplicates of them are found.</summary>
internal sealed class MatchKeyRow
{
    public required string Tenant { get; set; }

    public long Key { get; set; }

    public Guid CustomerId { get; set; }
}
