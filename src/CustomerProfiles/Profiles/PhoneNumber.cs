using System.Buffers;

namespace CustomerProfiles.Profiles;

/// <summary>A telephone number of the customer.</summary>
/// <param name="Number">The number as it was written.</param>
/// <param name="Label">What it is for, such as "work" or "fax"; null when nobody said.</param>
/// <remarks>
/// Immutable. Two numbers are the same entry of a profile when their digits are. A number in a profile is no identity, for a family or an office
/// shares one; only a number that a conversation came from is. <see cref="ToString"/> does not show the number.
/// </remarks>
public sealed record PhoneNumber(string Number, string? Label = null)
{
    private const int MinDigits = 3;
    private const int MaxDigits = 20;

    private static readonly SearchValues<char> InNumbers = SearchValues.Create("0123456789 ()-.\u00a0\u2010\u2011");

    /// <summary>The type's name only.</summary>
    public override string ToString() => nameof(PhoneNumber);

    /// <summary>
    /// The number as E.164 writes it, a plus sign and 8 to 15 digits; null when it is not known with its country code, or holds more than one number has: a national prefix in
    /// brackets, an extension, a remark.
    /// </summary>
    internal static string? International(string number)
    {
        var text = number.AsSpan().Trim();
        return text.StartsWith('+') && !text[1..].ContainsAnyExcept(InNumbers) && !text.Contains("(0)", StringComparison.Ordinal)
            && Normalize(number) is { Length: >= 9 and <= 16 } normalized && normalized[1] != '0'
                ? normalized
                : null;
    }

    /// <summary>The digits, behind a plus sign if the number began with one; null when there are too few or too many.</summary>
    internal static string? Normalize(string? number)
    {
        if (number is null)
        {
            return null;
        }

        var international = number.AsSpan().TrimStart().StartsWith('+');
        var digits = string.Concat(number.Where(char.IsDigit).Select(digit => (char)('0' + (int)char.GetNumericValue(digit))));
        return digits.Length is < MinDigits or > MaxDigits ? null : international ? $"+{digits}" : digits;
    }
}
