namespace CustomerProfiles;

/// <summary>
/// A secret of the host with which identities of erased customers are hashed. Whoever has the hashes and not the secret
/// learns nothing about anybody.
/// </summary>
/// <remarks>A configuration section binds to it. <see cref="ToString"/> shows the id only.</remarks>
public sealed class ErasureKey
{
    /// <summary>The longest id, in UTF-16 code units.</summary>
    public const int MaxIdLength = ErasureMark.MaxKeyIdLength - 1 - ErasureMark.FingerprintLength;

    /// <summary>The fewest bytes of a secret.</summary>
    public const int MinSecretBytes = 32;

    /// <summary>
    /// The key's name, such as <c>2026</c>, without a colon. It is kept with each mark, beside a fingerprint of the
    /// secret, so that a host with another secret under this name does not start.
    /// </summary>
    public string Id { get; set; } = "";

    /// <summary>
    /// The secret as Base64, at least <see cref="MinSecretBytes"/> random bytes, such as
    /// <c>openssl rand -base64 32</c> prints. Keep it as you keep passwords, and apart from the database.
    /// </summary>
    public string Secret { get; set; } = "";

    /// <summary>The id only.</summary>
    public override string ToString() => $"{nameof(ErasureKey)} {Id}";
}
