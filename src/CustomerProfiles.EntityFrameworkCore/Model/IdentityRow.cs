namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>The owner of an identity. The primary key makes concurrent calls create only one customer.</summary>
internal sealed class IdentityRow
{
    public required string Tenant { get; set; }

    public required string Kind { get; set; }

    public required string Value { get; set; }

    /// <summary>
    /// The owner. Null only within a transaction that suppresses an identity without an owner: the row prevents others
    /// from gaining the identity meanwhile, and is deleted when the transaction ends.
    /// </summary>
    public Guid? CustomerId { get; set; }

    /// <summary>
    /// The customer whose it was before the first merge, under whom its conversations are recorded; null when that is
    /// the owner. It refers to no customer, because the owner is found with it.
    /// </summary>
    public Guid? OriginId { get; set; }
}
