using System.Globalization;
using System.Text;
using MimeKit.Utils;
using NodaTime;

namespace CustomerProfiles.Sample.Mail;

/// <summary>
/// The line that begins a message in an mbox file (RFC 4155, appendix A): <c>From sender date</c>, in any form.
/// </summary>
internal static class FromLine
{
    /// <summary>
    /// Text in a body may begin with "From " too, masked or not. A line longer than this is such text.
    /// </summary>
    public const int Longest = 1000;

    /// <summary>"2 Dec 24 8:14" is the shortest; what is shorter is only a time of day.</summary>
    private const int ShortestDate = 13;

    private const int MostWordsOfASender = 3;

    private const string Remote = " remote from ";

    public static ReadOnlySpan<byte> Start => "From "u8;

    private static ReadOnlySpan<byte> RemoteBytes => " remote from "u8;

    /// <summary>
    /// Whether it could be one: bare, with a sender, or with a number behind the sender, as every date has. "From now
    /// on" has none.
    /// </summary>
    public static bool IsPlausible(ReadOnlySpan<byte> line)
    {
        var rest = line[Start.Length..].Trim(" \t\r"u8);
        var blank = rest.IndexOfAny(" \t"u8);
        return line.Length <= Longest
            && (
                blank < 0
                || rest[blank..].IndexOfAnyInRange((byte)'0', (byte)'9') >= 0
                || rest[blank..].IndexOf(RemoteBytes) >= 0
            );
    }

    /// <summary>
    /// The date of a line; null when it has none that can be read. Without an offset it is taken for UTC.
    /// </summary>
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
        && (
            DateUtils.TryParse(text, out var date)
            || DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out date)
        )
            ? Instant.FromDateTimeOffset(date)
            : null;

    private static string BehindFirstWord(string text)
    {
        var blank = text.AsSpan().IndexOfAny(' ', '\t');
        return blank < 0 ? "" : text[blank..].Trim();
    }
}
