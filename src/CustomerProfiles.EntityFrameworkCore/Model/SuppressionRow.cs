namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// An identity whose current or future owner must not be looked up. It references no customer, so that it outlives
/// them.
/// </summary>
internal sealed class SuppressionRow
{
    public required string Tenant { get; set; }

    public required string Kind { get; set; }

    public required string Value { get; set; }

    /// <summary>The merge that marked the identity; null when somebody else did, before or since.</summary>
    public Guid? MergeId { get; set; }
}
