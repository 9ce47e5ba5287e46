using System.Globalization;

namespace CustomerProfiles;

/// <summary>
/// Values as texts that sort by their code points as the values do, so that an index of texts finds a range of numbers
/// or dates.
/// </summary>
/// <remarks>
/// <para>
/// Each begins with a capital letter, which no folded text has (<see cref="SearchFolding"/>): texts that do not fit
/// their type stand beside these, and outside of every range.
/// </para>
/// <para>
/// A date is the letter D and its ISO form, whose year has four digits. A number is the letter N and 0, 1 or 2, as it
/// is below, at or above zero; then its power of ten plus 50 in two digits; then its digits without zeros at the end,
/// so that 1 and 1.00 are the same. Below zero every digit is replaced by nine minus itself, which turns the order
/// around, and a tilde ends the digits, which sorts behind all of them: -0.55 is before -0.5.
/// </para>
/// </remarks>
internal static class PropertyOrder
{
    private const int ExponentOfOne = 50;

    /// <summary>The letter of numbers, and the letter after it.</summary>
    public static readonly (string From, string To) Numbers = ("N", "O");

    /// <summary>The letter of dates, and the letter after it.</summary>
    public static readonly (string From, string To) Dates = ("D", "E");

    public static string KeyOf(decimal value)
    {
        if (value == 0)
        {
            return "N1";
        }

        Span<int> parts = stackalloc int[4];
        decimal.GetBits(value, parts);
        // The parts are the bits of unsigned numbers.
        var coefficient = unchecked(new UInt128((uint)parts[2], ((ulong)(uint)parts[1] << 32) | (uint)parts[0]));
        var digits = coefficient.ToString(CultureInfo.InvariantCulture);
        var exponent = (digits.Length - 1 - value.Scale + ExponentOfOne).ToString("00", CultureInfo.InvariantCulture);
        var magnitude = exponent + digits.TrimEnd('0');
        return value > 0
            ? $"N2{magnitude}"
            : $"N0{string.Concat(magnitude.Select(digit => (char)('0' + '9' - digit)))}~";
    }

    /// <summary>The key of a date of the years 0001 to 9999 in its ISO form.</summary>
    public static string KeyOf(string date) => $"D{date}";
}
