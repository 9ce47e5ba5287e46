using System.Globalization;
using System.Text;

namespace CustomerProfiles.FullContact;

/// <summary>Whether a text has a visible character.</summary>
internal static class VisibleText
{
    /// <summary>
    /// False for white space, marks, zero-width characters and fillers alone, which would show as an empty line.
    /// </summary>
    public static bool IsVisible(string text)
    {
        // Nearly every text begins with a letter or a digit.
        if (char.IsAsciiLetterOrDigit(text[0]))
        {
            return true;
        }

        foreach (var rune in text.EnumerateRunes())
        {
            if (
                !Rune.IsWhiteSpace(rune)
                && !IsFiller(rune)
                && Rune.GetUnicodeCategory(rune)
                    is not (
                        UnicodeCategory.Control
                        or UnicodeCategory.Format
                        or UnicodeCategory.NonSpacingMark
                        or UnicodeCategory.EnclosingMark
                        or UnicodeCategory.PrivateUse
                        or UnicodeCategory.OtherNotAssigned
                        or UnicodeCategory.Surrogate
                    )
            )
            {
                return true;
            }
        }

        return false;
    }

    // Letters and a symbol that have no glyph: the Hangul fillers and the Braille blank.
    private static bool IsFiller(Rune rune) => rune.Value is 0x115f or 0x1160 or 0x3164 or 0xffa0 or 0x2800;
}
