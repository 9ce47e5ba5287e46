using System.Globalization;
using System.Text;

namespace CustomerProfiles;

/// <summary>
/// Tests whether this host normalises text and domain names like every other host. Both are part of keys: a host that
/// does not would create a second customer for an address that another host knows.
/// </summary>
internal static class HostGlobalization
{
    private const string Domain = "bücher.example";
    private const string AsciiDomain = "xn--bcher-kva.example";

    /// <summary>What is wrong with this host, and what to do; null when all is well.</summary>
    public static string? Defect { get; } =
        Find(
            (text, form) => text.Normalize(form),
            domain => new IdnMapping().GetAscii(domain),
            ascii => new IdnMapping().GetUnicode(ascii)
        );

    /// <summary>The same for any implementation of normalisation.</summary>
    public static string? Find(
        Func<string, NormalizationForm, string> normalize,
        Func<string, string> toAscii,
        Func<string, string> toUnicode
    )
    {
        var failing = new List<string>();
        if (
            !Is(() => normalize("zoe\u0308", NormalizationForm.FormC), "zo\u00eb")
            || !Is(() => normalize("zo\u00eb", NormalizationForm.FormKD), "zoe\u0308")
            || !Is(() => normalize("\ufb01\uff41", NormalizationForm.FormKD), "fia")
        )
        {
            failing.Add("text is not normalised");
        }

        if (
            !Is(() => toAscii(Domain), AsciiDomain)
            || !Is(() => toAscii("BÜCHER.example"), AsciiDomain)
            || !Is(() => toUnicode(AsciiDomain), Domain)
        )
        {
            failing.Add("international domain names are not converted");
        }

        return failing.Count == 0
            ? null
            : $"On this host {string.Join(" and ", failing)}. It would not find customers that other hosts created, "
                + "and would create them a second time. Most likely it runs in invariant globalization mode: set "
                + "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT to false (or unset it), set InvariantGlobalization "
                + "to false in "
                + "the project, and install ICU, which is the package icu-libs on Alpine and libicu on most "
                + "other systems.";
    }

    private static bool Is(Func<string> make, string expected)
    {
        try
        {
            return string.Equals(make(), expected, StringComparison.Ordinal);
        }
        catch (Exception broken)
            when (broken is ArgumentException or PlatformNotSupportedException or InvalidOperationException)
        {
            return false;
        }
    }
}
