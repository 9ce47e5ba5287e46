namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>Whose an identity is. Its key is what makes one customer of several who come at once.</summary>
internal sealed class IdentityRow
{
    public required string Tenant { get; set; }

    public required string Kind { get; set; }

    public required string Value { get; set; }

    /// <summary>
    /// The owner. Null only within a transaction that suppresses an identity of nobody: its row keeps others from
    /// gaining the identity at that moment, and is gone when the transaction ends.
    /// </summary>
    public Guid? CustomerId { get; set; }
}
