using System.Globalization;

namespace CustomerProfiles;

/// <summary>The country codes of E.164 that are in service.</summary>
/// <remarks>
/// <para>The source is the list of assigned country codes that the ITU annexes to its Operational Bulletin. No code
/// begins another, so the first digits of a number determine its code.</para>
/// <para>Left out although the list names them, because no public network routes a person's calls to them: 388 (a
/// European numbering space that was abandoned), 888 (disaster relief; others use it for numbers that no telephone
/// has), 991 (a trial that ended), and every spare or reserved code.</para>
/// </remarks>
internal static class CountryCodes
{
    private const string Assigned =
        "1 7 "
        + "20 211-213 216 218 220-258 260-269 27 290-291 297-299 "
        + "30-34 350-359 36 370-383 385-387 389 39 "
        + "40-41 420-421 423 43-49 "
        + "500-509 51-58 590-599 "
        + "60-66 670 672-683 685-692 "
        + "800 808 81-82 84 850 852-853 855-856 86 870 878 880-883 886 "
        + "90-95 960-968 970-977 979 98 992-996 998";

    private static readonly bool[] IsAssigned = Read();

    /// <summary>How many digits at the beginning are the country code; 0 when there is none.</summary>
    public static int LengthOf(ReadOnlySpan<char> digits)
    {
        for (int length = 1, code = 0; length <= 3 && length <= digits.Length; length++)
        {
            code = (code * 10) + (digits[length - 1] - '0');
            if (code > 0 && IsAssigned[code])
            {
                return length;
            }

            if (code == 0)
            {
                break;
            }
        }

        return 0;
    }

    private static bool[] Read()
    {
        var assigned = new bool[1_000];
        foreach (var entry in Assigned.Split(' '))
        {
            var ends = entry.Split('-');
            var last = int.Parse(ends[^1], CultureInfo.InvariantCulture);
            for (var code = int.Parse(ends[0], CultureInfo.InvariantCulture); code <= last; code++)
            {
                assigned[code] = true;
            }
        }

        return assigned;
    }
}
