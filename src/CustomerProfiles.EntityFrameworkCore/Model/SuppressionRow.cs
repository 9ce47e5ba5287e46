namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// An identity whose owner, now or later, is not to be looked up. It refers to nobody, so that it outlives everybody.
/// </summary>
internal sealed class SuppressionRow
{
    public required string Tenant { get; set; }

    public required string Kind { get; set; }

    public required string Value { get; set; }
}
