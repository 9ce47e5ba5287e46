using NodaTime;

namespace CustomerProfiles.Sample.Mail;

/// <summary>
/// Finds out when the messages of one mailbox were delivered: the date of the From_ line, unless it is a placeholder.
/// Some programs write the same date on every line, and some write the time of the export. MimeKit does not return the
/// line.
/// </summary>
internal sealed class DeliveryTime
{
    /// <summary>The constant date of <c>git format-patch</c>.</summary>
    private static readonly Instant GitMagic = Instant.FromUtc(2001, 9, 17, 0, 0, 0);

    /// <summary>Mail servers give up earlier.</summary>
    private static readonly Duration LongestDelivery = Duration.FromDays(7);

    private static readonly Duration Hour = Duration.FromHours(1);

    /// <summary>Tolerance for placeholders in local time.</summary>
    private static readonly Duration Day = Duration.FromDays(1);

    private Instant? _lastLine;
    private Instant? _lastDate;

    /// <summary>Returns the delivery time of the next message; null when it is unknown.</summary>
    /// <param name="line">The date of the From_ line.</param>
    /// <param name="date">The date of the Date field.</param>
    public Instant? Of(Instant? line, Instant? date)
    {
        var isRepeated =
            line is not null
            && line == _lastLine
            && date is { } now
            && _lastDate is { } before
            && (now - before > Hour || before - now > Hour);
        (_lastLine, _lastDate) = (line, date);
        if (line is not { } lineTime || IsNear(lineTime, NodaConstants.UnixEpoch) || IsNear(lineTime, GitMagic))
        {
            return date;
        }

        // A computer without a working clock writes 1970.
        var isDateUsable = date is { } dateTime && dateTime > NodaConstants.UnixEpoch + Day;
        return isDateUsable && (isRepeated || lineTime - date > LongestDelivery) ? date : line;
    }

    private static bool IsNear(Instant time, Instant placeholder) =>
        time > placeholder - Day && time < placeholder + Day;
}
