namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>SQLite only: the number of a tenant, with which the rows of its search texts begin.</summary>
internal sealed class TenantRow
{
    public long Number { get; set; }

    public required string Tenant { get; set; }
}
