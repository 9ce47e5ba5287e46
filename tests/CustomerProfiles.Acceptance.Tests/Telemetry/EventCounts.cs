using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace CustomerProfiles.Acceptance.Tests;

/// <summary>Counts the log events of the library at every level, and keeps their text.</summary>
internal sealed class EventCounts : ILoggerProvider
{
    private readonly Lock _lock = new();
    private readonly List<string> _texts = [];
    private readonly SortedDictionary<(int Id, string? Name), int> _counts = [];

    /// <summary>The text of every entry until now.</summary>
    public IReadOnlyList<string> ReadTexts()
    {
        lock (_lock)
        {
            return [.. _texts];
        }
    }

    /// <summary>The counts until now.</summary>
    public IReadOnlyList<CountedEvent> Read()
    {
        lock (_lock)
        {
            return [.. _counts.Select(one => new CountedEvent(one.Key.Id, one.Key.Name, one.Value))];
        }
    }

    public ILogger CreateLogger(string categoryName) =>
        categoryName == CustomerProfilesDiagnostics.LogCategory
        || categoryName.StartsWith(CustomerProfilesDiagnostics.LogCategory + ".", StringComparison.Ordinal)
            ? new Counter(this)
            : NullLogger.Instance;

    public void Dispose() { }

    private void Add(EventId logged, string text)
    {
        lock (_lock)
        {
            _texts.Add(text);
            _counts[(logged.Id, logged.Name)] = _counts.GetValueOrDefault((logged.Id, logged.Name)) + 1;
        }
    }

    private sealed class Counter(EventCounts counts) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => counts.Add(eventId, $"{formatter(state, exception)} {exception}");
    }
}
