using System.Buffers;
using System.Globalization;
using System.Text;

namespace CustomerProfiles;

/// <summary>
/// What text may hold, how long it is, and how it is cleaned: used by strict edits and lenient intake alike.
/// </summary>
internal static class PlainText
{
    /// <summary>
    /// A text element can have any number of combining marks, so a limit in text elements alone bounds nothing. No
    /// script or emoji sequence in use needs more than this many code units per element on average.
    /// </summary>
    private const int MaxCodeUnitsPerElement = 16;

    /// <summary>
    /// Directional embeddings, overrides and isolates: they reorder the text around them. The plain marks (LRM, RLM,
    /// ALM) do not.
    /// </summary>
    private static readonly SearchValues<char> Reordering = SearchValues.Create(
        "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    );

    /// <summary>A text of the host's own that is kept as it is, such as an id.</summary>
    /// <exception cref="ArgumentException">It is empty, too long, or holds control characters.</exception>
    public static string Fitting(string text, string what, int most, string parameter)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text, parameter);
        return text.Length <= most && IndexOfUnfit(text, lines: false) < 0
            ? text
            : throw new ArgumentException(
                $"{what} has at most {most} characters and no control characters; this one has {text.Length}.",
                parameter
            );
    }

    /// <summary>The length as a person counts it: user-perceived characters, not code units.</summary>
    public static int CountElements(ReadOnlySpan<char> text)
    {
        var count = 0;
        while (!text.IsEmpty)
        {
            text = text[StringInfo.GetNextTextElementLength(text)..];
            count++;
        }

        return count;
    }

    /// <summary>Whether the text keeps within the limit.</summary>
    public static bool Fits(ReadOnlySpan<char> text, int maxElements) =>
        text.Length <= maxElements || (text.Length <= MaxCodeUnits(maxElements) && CountElements(text) <= maxElements);

    /// <summary>Cuts the text at the last text element that still fits.</summary>
    public static string Truncate(string text, int maxElements)
    {
        if (Fits(text, maxElements))
        {
            return text;
        }

        var end = 0;
        var maxCodeUnits = MaxCodeUnits(maxElements);
        for (var count = 0; count < maxElements && end < text.Length; count++)
        {
            var next = end + StringInfo.GetNextTextElementLength(text.AsSpan(end));
            if (next > maxCodeUnits)
            {
                break;
            }

            end = next;
        }

        return text[..end].TrimEnd();
    }

    /// <summary>The index of the first character that text may not hold, or -1.</summary>
    public static int IndexOfUnfit(ReadOnlySpan<char> text, bool lines)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (IsUnfit(c, lines))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>
    /// Removes unfit characters, replaces line breaks by spaces in text of one line, and trims. Text of one line also
    /// loses invisible characters; text of many lines keeps them, because prose from right to left needs its marks.
    /// </summary>
    public static string Clean(string text, bool lines)
    {
        if (!lines)
        {
            text = InvisibleText.Remove(text);
        }

        if (IndexOfUnfit(text, lines) < 0)
        {
            return text.Trim();
        }

        var clean = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                clean.Append(c).Append(text[++i]);
            }
            else if (!IsUnfit(c, lines))
            {
                clean.Append(c);
            }
            else if (c is '\n' or '\r' or '\t' or '\u2028' or '\u2029' && clean.Length > 0 && clean[^1] != ' ')
            {
                clean.Append(' ');
            }
        }

        return clean.ToString().Trim();
    }

    /// <summary>
    /// Whether the text has anything visible: zero-width characters and fillers alone show as nothing.
    /// </summary>
    public static bool IsVisible(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (
                !Rune.IsWhiteSpace(rune)
                && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format)
                && rune.Value is not (0x034f or 0x115f or 0x1160 or 0x2800 or 0x3164 or 0xffa0)
            )
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>One form for line ends, so that the same text typed in two browsers is the same text.</summary>
    public static string WithUnixLineEnds(string text) =>
        text.Contains('\r', StringComparison.Ordinal) ? text.ReplaceLineEndings("\n") : text;

    /// <summary>The most UTF-16 code units that text of so many text elements may have.</summary>
    public static int MaxCodeUnits(int maxElements) =>
        maxElements > int.MaxValue / MaxCodeUnitsPerElement ? int.MaxValue : maxElements * MaxCodeUnitsPerElement;

    private static bool IsUnfit(char c, bool lines) =>
        char.IsSurrogate(c)
        // Noncharacters: string.Normalize throws at the first, and no text may carry either.
        || c is '\ufffe' or '\uffff'
        || Reordering.Contains(c)
        || (
            lines
                ? char.IsControl(c) && c is not ('\n' or '\r' or '\t')
                : char.IsControl(c) || c is '\u2028' or '\u2029'
        );
}
