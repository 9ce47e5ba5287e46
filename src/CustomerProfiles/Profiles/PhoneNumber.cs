using System.Globalization;
using System.Text;

namespace CustomerProfiles;

/// <summary>A telephone number of the customer.</summary>
/// <remarks>
/// Immutable. Two spellings of one number are the same entry of a profile. A number in a profile is not an identity,
/// because a family or an office shares one; only a number that a conversation came from is.
/// <see cref="ToString"/> does not show the number.
/// </remarks>
public sealed record PhoneNumber
{
    private const int MinDigits = 3;
    private const int MaxDigits = 20;

    /// <summary>The fewest digits of a number that is sent to a provider.</summary>
    private const int MinInternationalDigits = 8;

    /// <summary>A number with what it is for.</summary>
    /// <param name="number">The number as it was written.</param>
    /// <param name="label">What it is for, such as "work" or "fax"; null when nobody said.</param>
    public PhoneNumber(string number, string? label = null)
    {
        Number = number;
        Label = label;
    }

    /// <summary>The number as it was written.</summary>
    public string Number { get; init; }

    /// <summary>What it is for, such as "work" or "fax"; null when nobody said.</summary>
    public string? Label { get; init; }

    /// <summary>The type's name only.</summary>
    public override string ToString() => nameof(PhoneNumber);

    /// <summary>
    /// The number as E.164 writes it, a plus sign and 8 to 15 digits; null when it is not known with its country code,
    /// or when it has an extension: what is known about a switchboard is not known about a person.
    /// </summary>
    internal static string? International(string number) =>
        PhoneNumberReader.Read(number, region: null) is { Length: > MinInternationalDigits } read
        && !read.Contains(';', StringComparison.Ordinal)
            ? read
            : null;

    /// <summary>
    /// Whether it has as many digits as a number that somebody types in, or can be read for certain: a conversation may
    /// come from a number with a longer extension.
    /// </summary>
    internal static bool HasFitDigits(string? number) =>
        number?.Count(char.IsDigit) is >= MinDigits and <= MaxDigits
        || PhoneNumberReader.Read(number, region: null) is not null;

    /// <summary>
    /// The key of its entry in a profile: the identity that the number is; of any other text what is left without
    /// separators. Letters stay, for without them two numbers could become one.
    /// </summary>
    internal static string KeyOf(string? number)
    {
        if (number is null)
        {
            return "";
        }

        if (PhoneNumberReader.Read(number, region: null) is { } read)
        {
            return read;
        }

        var key = new StringBuilder(number.Length);
        foreach (var rune in number.EnumerateRunes())
        {
            switch (Rune.GetUnicodeCategory(rune))
            {
                case UnicodeCategory.Format or UnicodeCategory.SpaceSeparator or UnicodeCategory.DashPunctuation:
                    break;
                case UnicodeCategory.DecimalDigitNumber:
                    key.Append((int)Rune.GetNumericValue(rune));
                    break;
                default:
                    if (rune.Value is not ('(' or ')' or '.'))
                    {
                        key.Append(Rune.ToLowerInvariant(rune).ToString());
                    }

                    break;
            }
        }

        return key.Length == 0 ? number : key.ToString();
    }
}
