using NodaTime;
using NodaTime.Text;

namespace CustomerProfiles.Sample.Customers;

/// <summary>Reads a date, or a date and a time, by ISO 8601. Without an offset it is in UTC.</summary>
internal static class CreationDate
{
    public static bool TryParse(string text, out Instant instant)
    {
        // Databases write a space where the standard has a T.
        var iso = text.Length > 10 && text[10] == ' ' ? $"{text[..10]}T{text[11..]}" : text;
        if (OffsetDateTimePattern.ExtendedIso.Parse(iso) is { Success: true, Value: var withOffset })
        {
            instant = withOffset.ToInstant();
            return true;
        }

        var local = LocalDateTimePattern.ExtendedIso.Parse(iso);
        if (!local.Success && LocalDatePattern.Iso.Parse(iso) is { Success: true, Value: var date })
        {
            instant = date.AtMidnight().InUtc().ToInstant();
            return true;
        }

        instant = local.Success ? local.Value.InUtc().ToInstant() : default;
        return local.Success;
    }
}
