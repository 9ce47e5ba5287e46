using NodaTime;
using NodaTime.Text;

namespace CustomerProfiles.Sample.Customers;

/// <summary>
/// Reads a date, or a date and a time, by ISO 8601 or with dots, which everybody writes in the order of day, month and
/// year. With slashes nobody can tell. Without an offset it is in UTC.
/// </summary>
internal static class CreationDate
{
    private static readonly IPattern<LocalDateTime>[] Locals =
    [
        LocalDateTimePattern.ExtendedIso,
        LocalDateTimePattern.CreateWithInvariantCulture("d.M.uuuu H:mm:ss"),
        LocalDateTimePattern.CreateWithInvariantCulture("d.M.uuuu H:mm"),
    ];

    private static readonly IPattern<LocalDate>[] Dates =
    [
        LocalDatePattern.Iso,
        LocalDatePattern.CreateWithInvariantCulture("d.M.uuuu"),
    ];

    public static bool TryParse(string text, out Instant instant)
    {
        // Databases write a space where the standard has a T.
        var iso = text.Length > 10 && text[4] == '-' && text[10] == ' ' ? $"{text[..10]}T{text[11..]}" : text;
        if (OffsetDateTimePattern.ExtendedIso.Parse(iso) is { Success: true, Value: var withOffset })
        {
            instant = withOffset.ToInstant();
            return true;
        }

        var local = Locals
            .Select(pattern => pattern.Parse(iso))
            .Concat(Dates.Select(pattern => pattern.Parse(iso).Convert(date => date.AtMidnight())))
            .FirstOrDefault(parsed => parsed.Success);
        instant = local?.Value.InUtc().ToInstant() ?? default;
        return local is not null;
    }
}
