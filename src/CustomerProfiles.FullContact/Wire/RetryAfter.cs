using NodaTime;

namespace CustomerProfiles.FullContact;

/// <summary>
/// Reads the header <c>Retry-After</c>, in seconds or as a date (RFC 9110, section 10.2.3), within bounds.
/// </summary>
internal static class RetryAfter
{
    /// <summary>A response that says "now", or a date in the past, must not cause a tight loop.</summary>
    public static readonly Duration Least = Duration.FromSeconds(1);

    /// <summary>A response must not postpone a check for days.</summary>
    public static readonly Duration Most = Duration.FromHours(1);

    /// <summary>The requested delay; null when there is none or it cannot be read.</summary>
    public static Duration? In(HttpResponseMessage response, TimeProvider time) =>
        response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => Bounded(Duration.FromTimeSpan(delta)),
            { Date: { } date } => Bounded(Duration.FromTimeSpan(date - time.GetUtcNow())),
            _ => null,
        };

    /// <summary>The delay within the bounds.</summary>
    public static Duration Bounded(Duration wait) => Duration.Max(Least, Duration.Min(wait, Most));
}
