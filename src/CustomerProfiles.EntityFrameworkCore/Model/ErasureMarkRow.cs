namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>What an erasure keeps of an identity. It refers to no customer.</summary>
internal sealed class ErasureMarkRow
{
    public required string Tenant { get; set; }

    /// <summary>A keyed hash of the identity.</summary>
    public required string Hash { get; set; }

    public required string KeyId { get; set; }

    public required string Kind { get; set; }
}
