using System.Globalization;

namespace CustomerProfiles.FullContact;

/// <summary>JSON text in its escaped form.</summary>
internal static class EscapedText
{
    /// <summary>Whether each escaped surrogate is part of a pair.</summary>
    /// <param name="text">The text between the quotation marks, as valid JSON.</param>
    public static bool HasWholePairs(ReadOnlySpan<byte> text)
    {
        while (text.IndexOf((byte)'\\') is var escape and >= 0)
        {
            text = text[escape..];
            var unit = UnitAt(text);
            if (char.IsHighSurrogate(unit))
            {
                if (!char.IsLowSurrogate(UnitAt(text[6..])))
                {
                    return false;
                }

                text = text[12..];
            }
            else if (char.IsLowSurrogate(unit))
            {
                return false;
            }
            else
            {
                // An escape has at least two bytes; the rest of a longer one is plain letters.
                text = text[2..];
            }
        }

        return true;
    }

    /// <summary>The UTF-16 code unit of a <c>\uXXXX</c> at the start; NUL where there is something else.</summary>
    private static char UnitAt(ReadOnlySpan<byte> text) =>
        text.StartsWith("\\u"u8)
        && text.Length >= 6
        && ushort.TryParse(text.Slice(2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit)
            ? (char)unit
            : '\0';
}
