namespace CustomerProfiles;

/// <summary>
/// What an erasure keeps of one identity: a keyed hash, which says nothing to whoever lacks the host's key.
/// </summary>
/// <remarks>Immutable.</remarks>
public sealed class ErasureMark
{
    /// <summary>The longest <see cref="KeyId"/>, in UTF-16 code units.</summary>
    public const int MaxKeyIdLength = 50;

    internal const int FingerprintLength = 9;

    /// <summary>HMAC-SHA-256 over tenant, kind and value of the identity: 64 lower-case hexadecimal digits.</summary>
    public required string Hash { get; init; }

    /// <summary>
    /// The key: its id, a colon, and a fingerprint of its secret, so that another secret under the same id is noticed.
    /// </summary>
    public required string KeyId { get; init; }

    /// <summary>What it says.</summary>
    public required ErasureMarkKind Kind { get; init; }

    /// <summary>The kind only.</summary>
    public override string ToString() => Kind.ToString();
}
