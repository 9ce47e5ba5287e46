using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CustomerProfiles.Acceptance.Tests;

/// <summary>Listens to the meters, the activity source and the log categories of the library for one run.</summary>
internal sealed class TelemetryWatch : IDisposable
{
    private readonly HostMeters _meters = new();
    private readonly ActivityCounts _activities = new();
    private readonly EventCounts _events = new();
    private readonly InstrumentCounts _instruments;

    public TelemetryWatch() => _instruments = new InstrumentCounts(_meters);

    /// <summary>Registers the listeners in the services of a host.</summary>
    public void AddTo(IServiceCollection services)
    {
        services.AddSingleton<IMeterFactory>(_meters);
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(_events));
    }

    /// <summary>Everything until now. Call it before the host is disposed.</summary>
    public TelemetryTotals Read() => new(_instruments.Read(), _activities.Read(), _events.Read(), _events.ReadTexts());

    public void Dispose()
    {
        _instruments.Dispose();
        _meters.Dispose();
        _events.Dispose();
        _activities.Dispose();
    }

    /// <summary>Creates meters that belong to one host.</summary>
    private sealed class HostMeters : IMeterFactory
    {
        private readonly List<Meter> _created = [];

        public Meter Create(MeterOptions options)
        {
            options.Scope = this;
            var meter = new Meter(options);
            _created.Add(meter);
            return meter;
        }

        public void Dispose() => _created.ForEach(meter => meter.Dispose());
    }
}
