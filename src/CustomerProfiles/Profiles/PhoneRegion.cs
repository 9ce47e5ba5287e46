using System.Collections.Frozen;
using System.Collections.Immutable;

namespace CustomerProfiles;

/// <summary>The dialling rules of one region, as far as reading a national number needs them.</summary>
/// <param name="Code">The region's two letters (ISO 3166-1).</param>
/// <param name="CountryCode">The country code, without a plus sign.</param>
/// <param name="InternationalPrefix">What is dialled before a country code.</param>
/// <param name="TrunkPrefix">What is dialled before a national number without being part of it; empty for none.</param>
/// <param name="IsTrunkOptional">Whether a whole national number is also dialled without the trunk prefix.</param>
/// <param name="MinLength">The fewest digits after the country code.</param>
/// <param name="MaxLength">The most digits after the country code.</param>
/// <remarks>
/// The table holds regions with one international prefix and at most one trunk prefix. It leaves out those where a
/// number can be read in two ways: several international prefixes, a carrier's code within the number, a trunk prefix
/// that is changing. The lengths hold for every number of the country code, so they also check numbers that come in
/// international form.
/// </remarks>
internal sealed record PhoneRegion(
    string Code,
    string CountryCode,
    string InternationalPrefix,
    string TrunkPrefix,
    bool IsTrunkOptional,
    int MinLength,
    int MaxLength
)
{
    // Region, country code, international prefix, trunk prefix ("-" for none, "?" after it when it is optional),
    // lengths.
    private const string Table = """
        AT 43 00 0 4 13
        AU 61 0011 0 9 10
        BE 32 00 0 8 9
        BG 359 00 0 7 9
        CA 1 011 1? 10 10
        CH 41 00 0 9 9
        CY 357 00 - 8 8
        CZ 420 00 - 9 9
        DE 49 00 0 5 13
        DK 45 00 - 8 8
        EE 372 00 - 7 8
        ES 34 00 - 9 9
        FR 33 00 0 9 9
        GB 44 00 0 9 10
        GR 30 00 - 10 10
        HR 385 00 0 7 9
        HU 36 00 06 8 9
        IE 353 00 0 7 10
        IN 91 00 0? 10 10
        IS 354 00 - 7 9
        IT 39 00 - 6 12
        JP 81 010 0 9 10
        KZ 7 810 8 10 10
        LV 371 00 - 8 8
        MT 356 00 - 8 8
        NL 31 00 0 9 11
        NO 47 00 - 8 8
        NZ 64 00 0 8 10
        PL 48 00 - 9 9
        PT 351 00 - 9 9
        RO 40 00 0 9 9
        RU 7 810 8 10 10
        SE 46 00 0 7 10
        SI 386 00 0 8 8
        SK 421 00 0 9 9
        TR 90 00 0 10 10
        UA 380 00 0 9 9
        US 1 011 1? 10 10
        ZA 27 00 0 9 9
        """;

    private static readonly ImmutableArray<PhoneRegion> All = [.. Table.Split('\n').Select(Read)];

    private static readonly FrozenDictionary<string, PhoneRegion> ByCode = All.ToFrozenDictionary(
        region => region.Code,
        StringComparer.OrdinalIgnoreCase
    );

    // Regions that share a country code share everything but the letters.
    private static readonly FrozenDictionary<string, PhoneRegion> ByCountryCode = All.DistinctBy(region =>
            region.CountryCode
        )
        .ToFrozenDictionary(region => region.CountryCode, StringComparer.Ordinal);

    /// <summary>The codes of all regions, for an error message.</summary>
    public static string Codes { get; } = string.Join(", ", All.Select(region => region.Code));

    /// <summary>Whether a national number begins with a zero that is only dialled within the country.</summary>
    public bool HasTrunkZero => TrunkPrefix.StartsWith('0');

    /// <summary>The region with this code; null when its rules are unknown.</summary>
    public static PhoneRegion? Find(string? code) => code is null ? null : ByCode.GetValueOrDefault(code.Trim());

    /// <summary>The rules of a country code; null when they are unknown.</summary>
    public static PhoneRegion? OfCountryCode(ReadOnlySpan<char> countryCode) =>
        ByCountryCode.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(countryCode, out var region) ? region : null;

    /// <summary>Whether the digits after the country code can be a number of that country.</summary>
    public bool IsNational(ReadOnlySpan<char> digits) =>
        digits.Length >= MinLength
        && digits.Length <= MaxLength
        && !(HasTrunkZero && digits[0] == '0')
        && !(CountryCode == "1" && digits[0] < '2'); // No area code of North America begins with 0 or 1.

    private static PhoneRegion Read(string line)
    {
        var parts = line.Trim().Split(' ');
        var trunk = parts[3];
        return new PhoneRegion(
            parts[0],
            parts[1],
            parts[2],
            TrunkPrefix: trunk == "-" ? "" : trunk.TrimEnd('?'),
            IsTrunkOptional: trunk.EndsWith('?'),
            int.Parse(parts[4], System.Globalization.CultureInfo.InvariantCulture),
            int.Parse(parts[5], System.Globalization.CultureInfo.InvariantCulture)
        );
    }
}
