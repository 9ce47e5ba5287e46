using System.Globalization;

namespace CustomerProfiles.FullContact;

/// <summary>Text of JSON as it is written, with its escapes.</summary>
internal static class EscapedText
{
    /// <summary>Whether each escaped half of a surrogate pair has its other half right beside it.</summary>
    /// <param name="text">What stands between the quotation marks, in the grammar of JSON.</param>
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
                // Two bytes are the shortest escape; what is left of a longer one is plain letters.
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
