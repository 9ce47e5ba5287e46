namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>What the hosts of this database agree on.</summary>
internal sealed class FeatureRow
{
    /// <summary>The row that says whether hosts write events.</summary>
    public const string Events = "events";

    public required string Name { get; set; }

    public bool IsOn { get; set; }
}
