using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CustomerProfiles.Acceptance.Tests;

/// <summary>
/// Listens to the library for one run, by the names that it is watched by: its meter, its activity source, and its log
/// categories. Made when somebody asks for it, and not before.
/// </summary>
internal sealed class TelemetryWatch : IDisposable
{
    private readonly ActivityCounts _activities = new();
    private readonly EventCounts _events = new();
    private InstrumentCounts? _instruments;

    /// <summary>Has the library log here.</summary>
    public void AddTo(IServiceCollection services)
    {
        services.AddMetrics();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(_events));
    }

    /// <summary>Begins to listen to what is measured, before there is anything to measure.</summary>
    public void Listen(IServiceProvider services) =>
        _instruments = new InstrumentCounts(services.GetRequiredService<IMeterFactory>());

    /// <summary>What came up until now. A meter is gone with its host, so this is for before.</summary>
    public TelemetryTotals Read() => new(_instruments?.Read() ?? [], _activities.Read(), _events.Read());

    public void Dispose()
    {
        _instruments?.Dispose();
        _events.Dispose();
        _activities.Dispose();
    }
}
