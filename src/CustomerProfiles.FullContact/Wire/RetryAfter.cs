using NodaTime;

namespace CustomerProfiles.FullContact;

/// <summary>
/// How long to wait: as the answer's <c>Retry-After</c> says, in seconds or by date (RFC 9110, section 10.2.3), within
/// reason.
/// </summary>
internal static class RetryAfter
{
    /// <summary>
    /// An answer that says "at once", or a date that has passed by our clock, does not make a tight loop.
    /// </summary>
    public static readonly Duration Least = Duration.FromSeconds(1);

    /// <summary>Nobody can park a customer's check for days.</summary>
    public static readonly Duration Most = Duration.FromHours(1);

    /// <summary>The wait that was asked for; null when none was, or it cannot be read.</summary>
    public static Duration? In(HttpResponseMessage response, TimeProvider time) =>
        response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => Bounded(Duration.FromTimeSpan(delta)),
            { Date: { } date } => Bounded(Duration.FromTimeSpan(date - time.GetUtcNow())),
            _ => null,
        };

    /// <summary>A wait within reason.</summary>
    public static Duration Bounded(Duration wait) => Duration.Max(Least, Duration.Min(wait, Most));
}
