using System.Globalization;
using System.Text;
using MimeKit.Utils;
using NodaTime;

namespace CustomerProfiles.Sample.Mail;

/// <summary>
/// The line that begins a message in an mbox file (RFC 4155, appendix A): <c>From sender date</c>, in any of its forms.
/// MimeKit skips it, and accepts any line that begins with "From ". MimeKit parses the date.
/// </summary>
internal static class FromLine
{
    /// <summary>
    /// The maximum length. A longer line that begins with "From " is text of a body.
    /// </summary>
    public const int MaxLength = 1000;

    /// <summary>The length of "2 Dec 24 8:14". Shorter text is only a time of day.</summary>
    private const int MinDateLength = 13;

    private const int MaxWordsInSender = 3;

    private const string Remote = " remote from ";

    public static ReadOnlySpan<byte> Start => "From "u8;

    private static ReadOnlySpan<byte> RemoteBytes => " remote from "u8;

    /// <summary>
    /// Whether a line could be one: without a sender, with a sender only, or with a digit after the sender, as in every
    /// date. "From now on" has no digit.
    /// </summary>
    public static bool IsPlausible(ReadOnlySpan<byte> line)
    {
        var rest = line[Start.Length..].Trim(" \t\r"u8);
        var blank = rest.IndexOfAny(" \t"u8);
        return line.Length <= MaxLength
            && (
                blank < 0
                || rest[blank..].IndexOfAnyInRange((byte)'0', (byte)'9') >= 0
                || rest[blank..].IndexOf(RemoteBytes) >= 0
            );
    }

    /// <summary>
    /// The date of a line; null when there is no readable date. A date without an offset is in UTC.
    /// </summary>
    public static Instant? DateOf(ReadOnlySpan<byte> line)
    {
        var text = Encoding.Latin1.GetString(line[Start.Length..]).Trim();
        text = text[..(text.IndexOf(Remote, StringComparison.Ordinal) is >= 0 and var remote ? remote : text.Length)];

        // The sender is usually one word. It may be missing, or be quoted and contain blanks.
        var rest = AfterFirstWord(text);
        var date = Parse(rest) ?? Parse(text);
        for (var words = 0; words < MaxWordsInSender && date is null && rest.Length > 0; words++)
        {
            rest = AfterFirstWord(rest);
            date = Parse(rest);
        }

        return date;
    }

    // MimeKit parses the dates of mail and of asctime, .NET those of ISO 8601.
    private static Instant? Parse(string text) =>
        text.Length >= MinDateLength
        && text.Contains(':', StringComparison.Ordinal)
        && (
            DateUtils.TryParse(text, out var date)
            || DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out date)
        )
            ? Instant.FromDateTimeOffset(date)
            : null;

    private static string AfterFirstWord(string text)
    {
        var blank = text.AsSpan().IndexOfAny(' ', '\t');
        return blank < 0 ? "" : text[blank..].Trim();
    }
}
