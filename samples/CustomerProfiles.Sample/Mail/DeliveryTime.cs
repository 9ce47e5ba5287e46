using NodaTime;

namespace CustomerProfiles.Sample.Mail;

/// <summary>
/// When messages of one mailbox were delivered: by their From_ lines, unless these hold something else. Some programs
/// put the same date on each, and some the time at which they wrote the file.
/// </summary>
internal sealed class DeliveryTime
{
    /// <summary>What <c>git format-patch</c> always writes, so that file(1) knows its output.</summary>
    private static readonly Instant GitMagic = Instant.FromUtc(2001, 9, 17, 0, 0, 0);

    /// <summary>As long as mail servers try to deliver, and a little longer.</summary>
    private static readonly Duration LongestDelivery = Duration.FromDays(7);

    private static readonly Duration Hour = Duration.FromHours(1);

    /// <summary>Placeholders are written in local time, too.</summary>
    private static readonly Duration Day = Duration.FromDays(1);

    private Instant? _lastLine;
    private Instant? _lastDate;

    /// <summary>Decides for the next message.</summary>
    /// <param name="line">The date of the From_ line.</param>
    /// <param name="date">That of the Date field.</param>
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

        // A computer that has lost its clock writes 1970.
        var isDateUsable = date is { } dateTime && dateTime > NodaConstants.UnixEpoch + Day;
        return isDateUsable && (isRepeated || lineTime - date > LongestDelivery) ? date : line;
    }

    private static bool IsNear(Instant time, Instant placeholder) =>
        time > placeholder - Day && time < placeholder + Day;
}
