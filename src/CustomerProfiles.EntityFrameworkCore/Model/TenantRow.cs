namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>SQLite only: the number of a tenant, with which the rows of its search texts begin.</summary>
internal sealed class TenantRow
{
    public long Number { get; set; }

    public required string Tenant { get; set; }

    /// <summary>
    /// The sequence of the last row of search texts. Counted here, because the greatest number in use would be looked
    /// for in a way that depends on the statistics.
    /// </summary>
    public long LastRow { get; set; }
}
