using System.Security.Cryptography;

namespace CustomerProfiles.Sample;

/// <summary>The environment variable with the key by which the identities of erased customers are hashed.</summary>
internal static class ErasureKeyVariable
{
    public const string Name = "CUSTOMERPROFILES_ERASURE_KEY";

    /// <summary>How to set it.</summary>
    public const string Advice =
        $"Set the environment variable {Name} to at least 32 random bytes in Base64, as 'openssl rand -base64 32' "
        + "prints them, and keep it: whoever was erased is recognised by it.";

    /// <summary>Reads the key.</summary>
    /// <returns>The key; null when the variable is not set.</returns>
    /// <exception cref="BadInputException">It is no key.</exception>
    public static ErasureKey? Read() =>
        Environment.GetEnvironmentVariable(Name) is { Length: > 0 } secret ? Parse(secret) : null;

    /// <summary>Makes a key of a secret. Its id is made of the secret, so that another secret is noticed.</summary>
    internal static ErasureKey Parse(string secret)
    {
        var bytes = new byte[secret.Length];
        if (!Convert.TryFromBase64String(secret, bytes, out var length) || length < ErasureKey.MinSecretBytes)
        {
            throw new BadInputException($"{Name} is not a key. {Advice}");
        }

        var id = Convert.ToHexStringLower(SHA256.HashData(bytes.AsSpan(0, length)))[..8];
        return new ErasureKey { Id = id, Secret = secret };
    }
}
