using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace CustomerProfiles.AspNetCore;

/// <summary>
/// Encrypts where a search continues: that holds the name of the last customer of a page, who may be one that the
/// caller must not see.
/// </summary>
internal sealed class SearchCursorProtector(IDataProtectionProvider protection)
{
    private const string Purpose = "CustomerProfiles.AspNetCore.SearchCursor";

    /// <summary>The position for the caller. It is of use for this tenant only.</summary>
    public string? Protect(TenantId tenant, string? position) =>
        position is null ? null : protection.CreateProtector(Purpose, tenant.Value).Protect(position);

    /// <summary>Reads a position that came back.</summary>
    /// <returns>Whether it is one of this tenant; null is the beginning.</returns>
    public bool TryUnprotect(TenantId tenant, string? text, out string? position)
    {
        position = null;
        if (text is null)
        {
            return true;
        }

        try
        {
            position = protection.CreateProtector(Purpose, tenant.Value).Unprotect(text);
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
