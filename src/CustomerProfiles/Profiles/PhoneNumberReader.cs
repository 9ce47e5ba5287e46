using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace CustomerProfiles;

/// <summary>
/// Normalises a telephone number to the form that is compared: <c>+442079460000</c>, and with an extension
/// <c>+442079460000;ext=12</c>. An ambiguous number is refused, so that two people never become one.
/// </summary>
/// <remarks>
/// Only separators, invisible characters, and the trunk prefix of a country whose rules are known are removed. A
/// letter, or any other character, is never removed, so <c>Shop365</c> is not a number.
/// </remarks>
internal static class PhoneNumberReader
{
    /// <summary>Longer text is not a number, however it is written.</summary>
    private const int MaxText = 200;

    private const int MaxDigits = 15;
    private const int MinDigits = 7;
    private const int MaxExtension = 20;

    /// <summary>The most digits that are read: of a number, and of the prefixes before it.</summary>
    private const int MaxDialled = MaxDigits + 6;

    private static readonly SearchValues<char> InNumbers = SearchValues.Create("+0123456789 -.()");

    /// <summary>This mark displays the digits in another order; no other mark does.</summary>
    private const char RightToLeftOverride = '\u202e';

    /// <summary>
    /// What networks send for a withheld number: ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN and UNAVAILABLE on the keys of
    /// a telephone. Everybody who withholds their number would become one customer.
    /// </summary>
    private static readonly FrozenSet<string> Withheld = FrozenSet.Create(
        StringComparer.Ordinal,
        "+266696687",
        "+7378742833",
        "+2562533",
        "+8656696",
        "+86282452253"
    );

    /// <summary>Parameters of a tel URI that say how a call was routed or verified, not whose number it is.</summary>
    private static readonly FrozenSet<string> RoutingParameters = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "rn",
        "rn-context",
        "npdi",
        "cic",
        "cic-context",
        "enumdi",
        "tgrp",
        "trunk-context",
        "cpc",
        "oli",
        "verstat"
    );

    /// <summary>The words for an extension, the longer first.</summary>
    private static readonly string[] ExtensionWords = ["extension", "extn", "ext", "x", "#"];

    /// <summary>The number in the form that is compared; null when it cannot be read for certain.</summary>
    /// <param name="text">The number as received, or null.</param>
    /// <param name="region">Where a number without a country code belongs; null when that is not known.</param>
    public static string? Read(string? text, PhoneRegion? region)
    {
        if (text is null || text.Length > MaxText || Plain(text) is not { Length: > 0 } plain)
        {
            return null;
        }

        const string scheme = "tel:";
        var isUri = plain.StartsWith(scheme, StringComparison.OrdinalIgnoreCase);
        if (isUri)
        {
            plain = Plain(Uri.UnescapeDataString(plain[scheme.Length..]));
            if (plain is null)
            {
                return null;
            }
        }

        string? context = null;
        string? extension = null;
        var parts = plain.Split(';');
        foreach (var part in parts.AsSpan(1))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            var (name, value) = equals < 0 ? (part.Trim(), "") : (part[..equals].Trim(), part[(equals + 1)..].Trim());
            if (
                name.Equals("ext", StringComparison.OrdinalIgnoreCase)
                && extension is null
                && Extension(value) is { } digits
            )
            {
                extension = digits;
            }
            else if (isUri && name.Equals("phone-context", StringComparison.OrdinalIgnoreCase) && context is null)
            {
                context = value;
            }
            else if (!isUri || !RoutingParameters.Contains(name))
            {
                // A subaddress, digits to dial after the call is connected, or an unknown parameter: it may be somebody
                // else.
                return null;
            }
        }

        var number = parts[0].Trim();
        if (extension is null && !TryCutExtension(ref number, out extension))
        {
            return null;
        }

        if (context is not null && !TryReadContext(context, number, out region))
        {
            return null;
        }

        return Number(number, region) is { } read
            ? extension is null
                ? read
                : $"{read};ext={extension}"
            : null;
    }

    /// <summary>
    /// The text in ASCII, without invisible characters; null when it holds a character that no number has.
    /// </summary>
    private static string? Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var rune in text.AsSpan().Trim().EnumerateRunes())
        {
            if (rune.IsAscii)
            {
                if (Rune.IsControl(rune))
                {
                    return null; // A tab or a line break stands between two things.
                }

                plain.Append((char)rune.Value);
                continue;
            }

            switch (Rune.GetUnicodeCategory(rune))
            {
                case UnicodeCategory.Format when rune.Value != RightToLeftOverride:
                    break;
                case UnicodeCategory.SpaceSeparator:
                    plain.Append(' ');
                    break;
                case UnicodeCategory.DashPunctuation:
                case UnicodeCategory.MathSymbol when rune.Value == 0x2212:
                    plain.Append('-');
                    break;
                case UnicodeCategory.DecimalDigitNumber:
                    plain.Append((char)('0' + (int)Rune.GetNumericValue(rune)));
                    break;
                default:
                    if (rune.Value is < 0xff01 or > 0xff5e)
                    {
                        return null;
                    }

                    plain.Append((char)(rune.Value - 0xff01 + '!')); // The full-width form of an ASCII character.
                    break;
            }
        }

        return plain.ToString().Trim();
    }

    /// <summary>Removes an extension that is written in words from the number.</summary>
    /// <returns>False when there are letters that are not the words of an extension.</returns>
    private static bool TryCutExtension(ref string number, out string? extension)
    {
        extension = null;
        var end = number.AsSpan().IndexOfAnyExcept(InNumbers);
        if (end < 0)
        {
            return true;
        }

        var words = number.AsSpan(end);
        words = words[0] == ',' ? words[1..].TrimStart(' ') : words;
        foreach (var word in ExtensionWords)
        {
            if (words.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            {
                extension = Extension(words[word.Length..].TrimStart(".: "));
                number = number[..end].TrimEnd(' ');
                return extension is not null;
            }
        }

        return false;
    }

    /// <summary>The digits of an extension; zeros at its beginning are part of it.</summary>
    private static string? Extension(ReadOnlySpan<char> text)
    {
        var digits = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (char.IsAsciiDigit(c))
            {
                digits.Append(c);
            }
            else if (c is not (' ' or '-' or '.'))
            {
                return null;
            }
        }

        return digits.Length is > 0 and <= MaxExtension ? digits.ToString() : null;
    }

    /// <summary>
    /// The region of a local number in a tel URI. The context is not a prefix of the number (RFC 3966, section
    /// 5.1.5); only a country code by itself says how to read a national number.
    /// </summary>
    private static bool TryReadContext(string context, string number, out PhoneRegion? region)
    {
        var isLocal = context.StartsWith('+') && !number.StartsWith('+');
        region = isLocal ? PhoneRegion.OfCountryCode(context.AsSpan(1)) : null;
        return region is not null;
    }

    private static string? Number(ReadOnlySpan<char> text, PhoneRegion? region)
    {
        Span<char> digits = stackalloc char[MaxDialled];
        var (count, isInternational, open, zeroAt) = (0, false, -1, -1);
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case >= '0' and <= '9' when count < MaxDialled:
                    digits[count++] = text[i];
                    break;
                case '+' when count == 0 && !isInternational && (i == 0 || (i == 1 && open == 0)):
                    isInternational = true;
                    break;
                case '(' when open < 0:
                    open = count;
                    break;
                case ')' when open >= 0 && count > open:
                    if (count == open + 1 && digits[open] == '0')
                    {
                        if (zeroAt >= 0)
                        {
                            return null;
                        }

                        zeroAt = open;
                    }

                    open = -1;
                    break;
                case ' ' or '-' or '.' when i > 0:
                    break;
                default:
                    return null;
            }
        }

        return open >= 0 ? null
            : isInternational ? International(digits[..count], zeroAt)
            : region is null ? null
            : National(digits[..count], zeroAt, region);
    }

    /// <param name="digits">The country code and what follows it.</param>
    /// <param name="zeroAt">The index of a zero alone in brackets; -1 for none.</param>
    private static string? International(ReadOnlySpan<char> digits, int zeroAt)
    {
        var codeLength = CountryCodes.LengthOf(digits);
        if (codeLength == 0)
        {
            return null;
        }

        var code = digits[..codeLength];
        var national = digits[codeLength..];
        var rules = PhoneRegion.OfCountryCode(code);

        // A zero in brackets is dialled within the country only, if it is where the trunk prefix is in a country that
        // has one.
        if (zeroAt >= 0 && (zeroAt != codeLength || rules is not { HasTrunkZero: true }))
        {
            return null;
        }

        if (rules is not null)
        {
            // No number of such a country begins with a zero, so this one is the trunk prefix, with or without
            // brackets.
            if (rules.HasTrunkZero && national.StartsWith(rules.TrunkPrefix, StringComparison.Ordinal))
            {
                national = national[rules.TrunkPrefix.Length..];
            }

            if (!rules.IsNational(national))
            {
                return null;
            }
        }

        if (codeLength + national.Length is < MinDigits or > MaxDigits)
        {
            return null;
        }

        var number = string.Concat("+", code, national);
        return Withheld.Contains(number) ? null : number;
    }

    private static string? National(ReadOnlySpan<char> digits, int zeroAt, PhoneRegion region)
    {
        if (digits.StartsWith(region.InternationalPrefix, StringComparison.Ordinal))
        {
            var prefix = region.InternationalPrefix.Length;
            var isZeroInPrefix = zeroAt >= 0 && zeroAt < prefix;
            return isZeroInPrefix ? null : International(digits[prefix..], zeroAt < 0 ? zeroAt : zeroAt - prefix);
        }

        if (zeroAt > 0 || (zeroAt == 0 && !region.HasTrunkZero))
        {
            return null;
        }

        var national = digits;
        if (region.TrunkPrefix.Length > 0)
        {
            if (digits.StartsWith(region.TrunkPrefix, StringComparison.Ordinal))
            {
                national = digits[region.TrunkPrefix.Length..];
            }
            else if (!region.IsTrunkOptional)
            {
                return null; // Without its trunk prefix it may be a number within one town.
            }
        }

        return region.IsNational(national)
            ? International(string.Concat(region.CountryCode, national), zeroAt: -1)
            : null;
    }
}
