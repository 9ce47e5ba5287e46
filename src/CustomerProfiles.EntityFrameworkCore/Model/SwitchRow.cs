namespace CustomerProfiles.EntityFrameworkCore.Model;

/// <summary>A switch of a tenant.</summary>
internal sealed class SwitchRow
{
    public required string Tenant { get; set; }

    public required string Provider { get; set; }

    public bool IsOn { get; set; }

    public DateTime ChangedAt { get; set; }

    public required string ChangedBy { get; set; }
}
