using NodaTime;
using NodaTime.Text;

namespace CustomerProfiles.AspNetCore;

/// <summary>Times as JSON has them: ISO 8601 in UTC, such as <c>2026-03-01T12:00:00Z</c>.</summary>
internal static class WebTime
{
    public static string Of(Instant instant) => InstantPattern.ExtendedIso.Format(instant);

    public static string? Of(Instant? instant) => instant is { } known ? Of(known) : null;
}
