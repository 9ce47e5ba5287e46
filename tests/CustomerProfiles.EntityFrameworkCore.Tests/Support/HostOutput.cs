using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace CustomerProfiles.EntityFrameworkCore.Tests.Support;

/// <summary>Keeps what a host writes elsewhere than into its tables: events, and logs of every level.</summary>
internal sealed class HostOutput : ICustomerEventHandler, ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> _events = new();
    private readonly ConcurrentQueue<string> _logs = new();

    public string Events => string.Join(Environment.NewLine, _events);

    public string Logs => string.Join(Environment.NewLine, _logs);

    public void AddTo(ILoggingBuilder logging) => logging.AddProvider(this).SetMinimumLevel(LogLevel.Trace);

    public ValueTask HandleAsync(CustomerEvent customerEvent, CancellationToken cancellationToken)
    {
        _events.Enqueue(JsonSerializer.Serialize(customerEvent));
        return default;
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
    {
        _logs.Enqueue($"{state}");
        return null;
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    ) => _logs.Enqueue($"{formatter(state, exception)} {exception}");

    public void Dispose() { }
}
