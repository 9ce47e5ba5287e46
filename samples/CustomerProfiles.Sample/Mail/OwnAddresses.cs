using System.Collections.Frozen;
using System.Globalization;

namespace CustomerProfiles.Sample.Mail;

/// <summary>The help desk's own addresses and domains. Immutable.</summary>
public sealed class OwnAddresses
{
    private readonly FrozenSet<string> _addresses;
    private readonly FrozenSet<string> _domains;

    /// <summary>Creates the set.</summary>
    /// <param name="addresses">Single addresses, for a help desk on a shared domain.</param>
    /// <param name="domains">Whole domains, without their subdomains.</param>
    public OwnAddresses(IEnumerable<string> addresses, IEnumerable<string> domains)
    {
        _addresses = addresses.Select(Normalize).ToFrozenSet(StringComparer.Ordinal);
        _domains = domains
            .Select(domain => NormalizeDomain(domain.Trim().TrimStart('@')))
            .ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>
    /// Whether an address belongs to the help desk, with any tag: <c>support+4711@</c> is <c>support@</c>.
    /// </summary>
    /// <param name="address">A bare address, in any case.</param>
    public bool Contains(string address)
    {
        var normalized = Normalize(address);
        var at = normalized.LastIndexOf('@');
        var tag = normalized.IndexOf('+', StringComparison.Ordinal);
        return _addresses.Contains(normalized)
            || (tag > 0 && tag < at && _addresses.Contains($"{normalized[..tag]}{normalized[at..]}"))
            || _domains.Contains(normalized[(at + 1)..]);
    }

    private static string Normalize(string address)
    {
        var trimmed = address.Trim();
        var at = trimmed.LastIndexOf('@');
        return at < 0
            ? trimmed.ToLowerInvariant()
            : $"{trimmed[..at].ToLowerInvariant()}@{NormalizeDomain(trimmed[(at + 1)..])}";
    }

    private static string NormalizeDomain(string domain)
    {
        if (System.Text.Ascii.IsValid(domain))
        {
            return domain.ToLowerInvariant();
        }

        try
        {
            return new IdnMapping().GetAscii(domain).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            // An invalid domain, which equals no other.
            return domain.ToLowerInvariant();
        }
    }
}
