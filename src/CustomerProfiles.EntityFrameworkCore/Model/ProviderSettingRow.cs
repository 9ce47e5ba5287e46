namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>Whether a tenant has a provider enabled.</summary>
internal sealed class ProviderSettingRow
{
    public required string Tenant { get; set; }

    public required string Provider { get; set; }

    public bool IsEnabled { get; set; }

    public DateTime ChangedAt { get; set; }

    public required string ChangedBy { get; set; }

    /// <summary>
    /// How often the setting was changed. It only grows, so a check with an earlier generation stays dropped.
    /// </summary>
    public long Generation { get; set; }
}
