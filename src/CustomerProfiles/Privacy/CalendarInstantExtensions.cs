using NodaTime;

namespace CustomerProfiles;

/// <summary>Instants moved by calendar periods, in UTC.</summary>
internal static class CalendarInstantExtensions
{
    public static Instant Plus(this Instant instant, Period period) =>
        instant.InUtc().LocalDateTime.Plus(period).InUtc().ToInstant();

    public static Instant Minus(this Instant instant, Period period) =>
        instant.InUtc().LocalDateTime.Minus(period).InUtc().ToInstant();
}
