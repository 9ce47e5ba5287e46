namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>A conversation of an erased customer, which creates nobody for a time. It refers to no customer.</summary>
internal sealed class ErasureGuardRow
{
    public required string Tenant { get; set; }

    /// <summary><see cref="Stores.ErasureHash.OfConversation"/>.</summary>
    public required string Hash { get; set; }

    public DateTime GuardedUntil { get; set; }
}
