using System.Globalization;
using System.Text.RegularExpressions;
using NodaTime;

namespace CustomerProfiles.Sample;

/// <summary>An age on the command line, such as 2y or 90d.</summary>
internal static partial class AgeText
{
    private const int MaxYears = 100;

    /// <summary>Reads a whole number of years, months, weeks or days, from one day to 100 years.</summary>
    /// <returns>The age; null when it is none.</returns>
    public static Period? Parse(string text)
    {
        if (Age().Match(text) is not { Success: true } match)
        {
            return null;
        }

        var number = int.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture);
        var (age, longest) = match.Groups["unit"].Value switch
        {
            "y" => (Period.FromYears(number), MaxYears),
            "m" => (Period.FromMonths(number), MaxYears * 12),
            "w" => (Period.FromWeeks(number), MaxYears * 52),
            _ => (Period.FromDays(number), MaxYears * 365),
        };
        return number >= 1 && number <= longest ? age : null;
    }

    [GeneratedRegex(@"^(?<number>[0-9]{1,5})(?<unit>[ymwd])\z")]
    private static partial Regex Age();
}
