using CustomerProfiles.FullContact.AspNetCore.Tests.Support;
using Microsoft.Extensions.Logging;

namespace CustomerProfiles.FullContact.AspNetCore.Tests;

/// <summary>The log lines about refused calls: their levels, and a log that fails.</summary>
public sealed class RefusalLogTests
{
    public static TheoryData<int> Reasons => [.. Enum.GetValues<Refusal>().Select(reason => (int)reason)];

    [Theory]
    [MemberData(nameof(Reasons))]
    public void Further_refusals_are_logged_at_the_level_of_the_first(int reason)
    {
        var log = new KeepsLevels();
        log.RefusedMore(3, (Refusal)reason, RefusalLog.Window);
        Write(log, (Refusal)reason);

        log.Levels.Should().HaveCount(2).And.OnlyContain(level => level == log.Levels[0]);
    }

    [Fact]
    public void A_failing_log_breaks_neither_the_timer_nor_the_shutdown()
    {
        var time = new TestTime();
        using var log = new RefusalLog(new Fails(), time);
        for (var i = 0; i < 3; i++)
        {
            log.Refused(Refusal.TokenUnknown, static _ => { });
        }

        time.Invoking(it => it.Advance(RefusalLog.Window)).Should().NotThrow();
        log.Refused(Refusal.TokenUnknown, static _ => { });
        log.Invoking(it => it.Dispose()).Should().NotThrow();
    }

    private static void Write(ILogger log, Refusal reason)
    {
        switch (reason)
        {
            case Refusal.TokenMissing:
                log.TokenMissing();
                break;
            case Refusal.TokenUnknown:
                log.TokenUnknown();
                break;
            case Refusal.TokenExpired:
                log.TokenExpired(default);
                break;
            case Refusal.TooLong:
                log.TooLong(1);
                break;
            case Refusal.TooSlow:
                log.TooSlow(default);
                break;
            case Refusal.BrokeOff:
                log.BrokeOff();
                break;
            case Refusal.NoResult:
                log.NoResult();
                break;
            case Refusal.NoProvider:
                log.NoProvider();
                break;
        }
    }

    private sealed class KeepsLevels : ILogger
    {
        public List<LogLevel> Levels { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => Levels.Add(logLevel);
    }

    private sealed class Fails : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => throw new IOException("The disk is full.");
    }
}
