namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>The custom properties that are defined for a tenant.</summary>
internal sealed class PropertyDefinitionsRow
{
    public required string Tenant { get; set; }

    /// <summary>Grows by one with each definition, so that no host overwrites what it has not read.</summary>
    public long Version { get; set; }

    /// <summary>All definitions as one document.</summary>
    public required string Definitions { get; set; }
}
