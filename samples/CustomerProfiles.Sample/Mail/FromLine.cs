using System.Buffers;
using System.Buffers.Text;
using NodaTime;

namespace CustomerProfiles.Sample.Mail;

/// <summary>
/// The line that begins a message in an mbox file (RFC 4155, appendix A): <c>From sender asctime-date</c>, in UTC unless it names an offset.
/// </summary>
/// <remarks>
/// Text in a body may begin with "From " too, and not every program masks it. So a date makes the line, and a line without a date counts only in the
/// forms that mail programs are known to write, after an empty line and before a header field.
/// </remarks>
internal static class FromLine
{
    /// <summary>What <c>git format-patch</c> writes always, so that file(1) knows its output. It is not when anything happened.</summary>
    private static readonly Instant GitMagic = Instant.FromUtc(2001, 9, 17, 0, 0, 0);

    private static readonly SearchValues<byte> AsciiLetters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>Whether a line begins as a From_ line does. Cheap; most lines of a mailbox end here.</summary>
    public static bool MayBe(ReadOnlySpan<byte> line) => line.StartsWith("From "u8);

    /// <summary>Whether a line that begins with "From " ends in a date, and which one; null for a date that is only a placeholder.</summary>
    public static bool TryReadDated(ReadOnlySpan<byte> line, out Instant? deliveredAt)
    {
        deliveredAt = null;
        Span<Range> words = stackalloc Range[64];
        var count = Split(line, words);
        if (count < 6)
        {
            return false;
        }

        // From the back: [Mon] Sep 17 00:00:00 [+0000] 2001 [+0000]
        var last = count - 1;
        var offset = Offset.Zero;
        if (TryReadOffset(line[words[last]], out var afterYear))
        {
            offset = afterYear;
            last--;
        }

        if (!TryReadNumber(line[words[last--]], 4, 4, out var year))
        {
            return false;
        }

        if (!line[words[last]].Contains((byte)':'))
        {
            // A zone by name is taken for UTC: the names are ambiguous, and the programs that write them are gone.
            if (TryReadOffset(line[words[last]], out var beforeYear))
            {
                offset = beforeYear;
            }
            else if (line[words[last]].IndexOfAnyExcept(AsciiLetters) >= 0)
            {
                return false;
            }

            last--;
        }

        if (last < 3
            || !TryReadTime(line[words[last]], out var time)
            || !TryReadNumber(line[words[last - 1]], 1, 2, out var day)
            || MonthOf(line[words[last - 2]]) is not (> 0 and var month)
            || !IsWeekday(line[words[last - 3]])
            || year is < 1970 or > 9998
            || day < 1 || day > CalendarSystem.Iso.GetDaysInMonth(year, month))
        {
            return false;
        }

        var instant = new LocalDate(year, month, day).At(time).WithOffset(offset).ToInstant();
        deliveredAt = instant == GitMagic ? null : instant;
        return true;
    }

    /// <summary>Whether the line is a From_ line without a date: bare, with a dash, or with nothing but a sender.</summary>
    public static bool IsUndated(ReadOnlySpan<byte> line)
    {
        var rest = line["From ".Length..].Trim((byte)' ');
        return rest.IsEmpty || rest.SequenceEqual("-"u8) || (rest.Contains((byte)'@') && !rest.Contains((byte)' '));
    }

    // The last words matter, so a long line loses its first ones.
    private static int Split(ReadOnlySpan<byte> line, Span<Range> words)
    {
        var count = 0;
        var at = 0;
        while (at < line.Length)
        {
            if (line[at] is (byte)' ' or (byte)'\t')
            {
                at++;
                continue;
            }

            var end = line[at..].IndexOfAny((byte)' ', (byte)'\t');
            end = end < 0 ? line.Length : at + end;
            if (count == words.Length)
            {
                words[1..].CopyTo(words);
                count--;
            }

            words[count++] = at..end;
            at = end;
        }

        return count;
    }

    private static bool TryReadTime(ReadOnlySpan<byte> word, out LocalTime time)
    {
        time = default;
        var second = 0;
        if (word.Length is not (5 or 8)
            || !TryReadNumber(word[..2], 2, 2, out var hour)
            || word[2] != (byte)':'
            || !TryReadNumber(word[3..5], 2, 2, out var minute)
            || (word.Length == 8 && (word[5] != (byte)':' || !TryReadNumber(word[6..], 2, 2, out second)))
            || hour > 23 || minute > 59 || second > 60)
        {
            return false;
        }

        // A leap second has no place in an Instant.
        time = new LocalTime(hour, minute, Math.Min(second, 59));
        return true;
    }

    private static bool TryReadOffset(ReadOnlySpan<byte> word, out Offset offset)
    {
        offset = Offset.Zero;
        if (word.Length != 5 || word[0] is not ((byte)'+' or (byte)'-') || !TryReadNumber(word[1..], 4, 4, out var number))
        {
            return false;
        }

        var (hours, minutes) = Math.DivRem(number, 100);
        if (hours > 18 || minutes > 59 || (hours == 18 && minutes > 0))
        {
            return false;
        }

        offset = Offset.FromSeconds((word[0] == (byte)'-' ? -1 : 1) * ((hours * 60) + minutes) * 60);
        return true;
    }

    private static bool TryReadNumber(ReadOnlySpan<byte> word, int minLength, int maxLength, out int number)
    {
        number = 0;
        return word.Length >= minLength && word.Length <= maxLength
            && word.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0
            && Utf8Parser.TryParse(word, out number, out _);
    }

    private static int MonthOf(ReadOnlySpan<byte> word) => OrdinalIn("JanFebMarAprMayJunJulAugSepOctNovDec"u8, word);

    private static bool IsWeekday(ReadOnlySpan<byte> word) => OrdinalIn("MonTueWedThuFriSatSun"u8, word) > 0;

    // From one; zero when it is none of the names, which have three letters each.
    private static int OrdinalIn(ReadOnlySpan<byte> names, ReadOnlySpan<byte> word) =>
        word.Length == 3 && names.IndexOf(word) is >= 0 and var at && at % 3 == 0 ? (at / 3) + 1 : 0;
}
