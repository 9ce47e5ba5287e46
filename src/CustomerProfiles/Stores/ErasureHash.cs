using System.Security.Cryptography;
using System.Text;

namespace CustomerProfiles.Stores;

/// <summary>The hashes by which a store recognises what was erased.</summary>
public static class ErasureHash
{
    /// <summary>
    /// The hash of a conversation: SHA-256 over the UTF-8 of the tenant, a zero byte, and the id.
    /// </summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="conversation">The conversation's id in the host.</param>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    public static string OfConversation(TenantId tenant, string conversation)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{tenant.Value}\0{conversation}")));
    }
}
