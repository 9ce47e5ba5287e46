using NodaTime;

namespace CustomerProfiles;

/// <summary>
/// The rule of this library: a check is due again when a new conversation is received and the last check was made more
/// than two calendar months ago. The period and the zone in which its calendar runs are options.
/// </summary>
/// <remarks>
/// The due instant is computed forward from the last check, in one step, in the zone's calendar. Where the month is too
/// short, its last day counts (31 December plus two months is the last day of February). A local time that the zone
/// skips is moved on by the length of the gap; of one that occurs twice, the earlier counts. Computing back from the
/// current time would differ at the ends of months, and adding month by month would lose days.
/// </remarks>
public sealed class CalendarRecheckPolicy : IRecheckPolicy
{
    private static readonly Instant Never = Instant.MaxValue;

    private readonly Period _after;
    private readonly DateTimeZone _zone;
    private readonly bool _isUtc;

    /// <summary>
    /// The period, where it is a whole number of months: NodaTime adds those twice as fast.
    /// </summary>
    private readonly int? _months;

    /// <summary>Makes the policy.</summary>
    /// <param name="after">How long after a check the next one is due; years, months, weeks and days.</param>
    /// <param name="zone">The zone in whose calendar <paramref name="after"/> is added.</param>
    public CalendarRecheckPolicy(Period after, DateTimeZone zone)
    {
        ArgumentNullException.ThrowIfNull(after);
        ArgumentNullException.ThrowIfNull(zone);
        _after = after;
        _zone = zone;
        _isUtc = _zone.Equals(DateTimeZone.Utc);
        _months = _after.Equals(Period.FromMonths(_after.Months)) ? _after.Months : null;
    }

    /// <inheritdoc/>
    public RecheckDecision Decide(in RecheckContext request)
    {
        if (request.LastCheckAt is not { } lastCheckAt)
        {
            return new RecheckDecision(isDue: true, CheckReason.FirstCheck, dueAfter: null);
        }

        var dueAfter = DueAfter(lastCheckAt);
        var reason =
            request.Direction == ConversationDirection.Composed ? CheckReason.ComposedNeverRechecks
            : request.Now > dueAfter ? CheckReason.Due
            : CheckReason.NotDueYet;
        return new RecheckDecision(reason == CheckReason.Due, reason, dueAfter == Never ? null : dueAfter);
    }

    private Instant DueAfter(Instant lastCheckAt)
    {
        try
        {
            // UTC skips and repeats no local time, so the lenient mapping is not needed.
            return _isUtc ? After(lastCheckAt.InUtc().LocalDateTime).InUtc().ToInstant() : InZone(lastCheckAt);
        }
        catch (Exception beyond) when (beyond is OverflowException or ArgumentOutOfRangeException)
        {
            // The calendar ends with the year 9999.
            return Never;
        }
    }

    private Instant InZone(Instant lastCheckAt) =>
        After(lastCheckAt.InZone(_zone).LocalDateTime).InZoneLeniently(_zone).ToInstant();

    private LocalDateTime After(LocalDateTime lastCheck) =>
        _months is { } months ? lastCheck.PlusMonths(months) : lastCheck.Plus(_after);
}
