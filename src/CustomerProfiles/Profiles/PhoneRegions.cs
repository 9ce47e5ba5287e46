using System.Collections.Frozen;

namespace CustomerProfiles;

/// <summary>
/// The host's settings for telephone numbers: the region of numbers without a country code, for each tenant.
/// </summary>
internal sealed class PhoneRegions
{
    private readonly PhoneRegion? _otherwise;
    private readonly FrozenDictionary<string, PhoneRegion?> _byTenant;

    /// <summary>Makes the rules of a host.</summary>
    /// <param name="region">The region of every tenant that has none of its own; null for none.</param>
    /// <param name="byTenant">The regions of single tenants, by the tenant's id.</param>
    public PhoneRegions(string? region, IEnumerable<KeyValuePair<string, string>> byTenant)
    {
        _otherwise = PhoneRegion.Find(region);
        _byTenant = byTenant.ToFrozenDictionary(
            entry => entry.Key,
            entry => PhoneRegion.Find(entry.Value),
            StringComparer.Ordinal
        );
    }

    /// <summary>The identity of a number as a tenant's channels report it.</summary>
    public bool TryRead(TenantId tenant, string? number, out Identity identity)
    {
        var region = _byTenant.TryGetValue(tenant.Value, out var own) ? own : _otherwise;
        return Identity.TryPhone(number, region, out identity);
    }
}
