namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>A switch of a tenant.</summary>
internal sealed class ProviderSettingRow
{
    public required string Tenant { get; set; }

    public required string Provider { get; set; }

    public bool IsOn { get; set; }

    public DateTime ChangedAt { get; set; }

    public required string ChangedBy { get; set; }

    /// <summary>How often it was changed. It only grows, so a check that stored an earlier one is not wanted.</summary>
    public long Generation { get; set; }
}
