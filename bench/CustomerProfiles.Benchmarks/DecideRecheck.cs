using BenchmarkDotNet.Attributes;
using NodaTime;

namespace CustomerProfiles.Benchmarks;

/// <summary>
/// Decides whether a recheck is due: two calendar months after the last check, with the reason and the instant.
/// </summary>
[MemoryDiagnoser]
public class DecideRecheck
{
    private static readonly Instant LastCheckAt = Instant.FromUtc(2025, 12, 31, 10, 15);

    private readonly CalendarRecheckPolicy _policy = new(Period.FromMonths(2), DateTimeZone.Utc);
    private readonly CalendarRecheckPolicy _zoned = new(
        Period.FromMonths(2),
        DateTimeZoneProviders.Tzdb["Europe/London"]
    );
    private RecheckContext _question = new(
        ConversationDirection.Received,
        Instant.FromUtc(2026, 2, 28, 10, 15),
        LastCheckAt
    );

    /// <summary>In UTC, as unless set.</summary>
    [Benchmark]
    public RecheckDecision Utc() => _policy.Decide(_question);

    /// <summary>In a zone with summer time.</summary>
    [Benchmark]
    public RecheckDecision Zoned() => _zoned.Decide(_question);

    /// <summary>The floor: the month arithmetic of NodaTime, and the comparison.</summary>
    [Benchmark(Baseline = true)]
    public bool Floor() =>
        _question.Now > _question.LastCheckAt!.Value.InUtc().LocalDateTime.PlusMonths(2).InUtc().ToInstant();
}
