using System.Globalization;
using System.Text;
using MimeKit.Utils;
using NodaTime;

namespace CustomerProfiles.Sample.Mail;

/// <summary>The line that begins a message in an mbox file (RFC 4155, appendix A): <c>From sender date</c>, in any of the forms that programs write.</summary>
internal static class FromLine
{
    private const string Remote = " remote from ";

    /// <summary>Text in a body may begin with "From " too, and not every program masks it. A line longer than this is such text.</summary>
    private const int Longest = 1000;

    /// <summary>"2 Dec 24 8:14" is the shortest; what is shorter is only a time of day.</summary>
    private const int ShortestDate = 13;

    private const int MostWordsOfASender = 3;

    public static ReadOnlySpan<byte> Start => "From "u8;

    /// <summary>
    /// Whether it could be one: bare, with a sender, or with a number behind the sender, for every date has one. "From now on" has none.
    /// </summary>
    public static bool IsPlausible(ReadOnlySpan<byte> line)
    {
        var rest = Encoding.Latin1.GetString(line[Start.Length..Math.Min(line.Length, Longest)]).Trim();
        var behindSender = BehindFirstWord(rest);
        return line.Length <= Longest && (behindSender.Length == 0 || behindSender.Any(char.IsAsciiDigit) || $" {behindSender}".Contains(Remote, StringComparison.Ordinal));
    }

    /// <summary>The date of a line; null when it has none that can be read. Without an offset it is taken for UTC.</summary>
    public static Instant? DateOf(ReadOnlySpan<byte> line)
    {
        var text = Encoding.Latin1.GetString(line[Start.Length..]).Trim();
        text = text[..(text.IndexOf(Remote, StringComparison.Ordinal) is >= 0 and var remote ? remote : text.Length)];

        // Most often the sender is one word; it may be missing, or be quoted with blanks in it.
        var rest = BehindFirstWord(text);
        var date = Parse(rest) ?? Parse(text);
        for (var words = 0; words < MostWordsOfASender && date is null && rest.Length > 0; words++)
        {
            rest = BehindFirstWord(rest);
            date = Parse(rest);
        }

        return date;
    }

    // MimeKit reads the dates of mail and of C's asctime, .NET those of ISO 8601.
    private static Instant? Parse(string text) =>
        text.Length >= ShortestDate
            && text.Contains(':', StringComparison.Ordinal)
            && (DateUtils.TryParse(text, out var date)
                || DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out date))
            ? Instant.FromDateTimeOffset(date)
            : null;

    private static string BehindFirstWord(string text)
    {
        var blank = text.AsSpan().IndexOfAny(' ', '\t');
        return blank < 0 ? "" : text[blank..].Trim();
    }
}
