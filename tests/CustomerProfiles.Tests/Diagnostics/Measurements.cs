using System.Diagnostics.Metrics;

namespace CustomerProfiles.Tests.Diagnostics;

/// <summary>
/// All that one host measures from now on, as lines like <c>customerprofiles.checks provider=fake outcome=matched</c>.
/// </summary>
internal sealed class Measurements : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Lock _lock = new();
    private readonly List<(string Line, double Value)> _all = [];

    public Measurements(TestHost host)
        : this(host.Get<IMeterFactory>()) { }

    public Measurements(IMeterFactory meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (
                instrument.Meter.Name == CustomerProfilesDiagnostics.MeterName
                && ReferenceEquals(instrument.Meter.Scope, meters)
            )
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>Happens with each measurement, after it is noted, and may throw as a listener of a host may.</summary>
    public Action<string>? On { get; set; }

    /// <summary>What one instrument measured, each line with its value, in the order in which it came.</summary>
    public (string Tags, double Value)[] Of(string instrument)
    {
        lock (_lock)
        {
            return
            [
                .. _all.Where(one => one.Line.Split(' ')[0] == instrument)
                    .Select(one => (one.Line[instrument.Length..].Trim(), one.Value)),
            ];
        }
    }

    /// <summary>What an instrument shows that is looked at, and not told.</summary>
    public (string Tags, double Value)[] Look(string instrument)
    {
        lock (_lock)
        {
            _all.Clear();
        }

        _listener.RecordObservableInstruments();
        return Of(instrument);
    }

    /// <summary>The tags of what one counter counted, once for each time.</summary>
    public string[] TagsOf(string instrument) => [.. Of(instrument).Select(one => one.Tags)];

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var line = instrument.Name;
        foreach (var (key, tag) in tags)
        {
            line += $" {key}={tag}";
        }

        lock (_lock)
        {
            _all.Add((line, value));
        }

        On?.Invoke(instrument.Name);
    }
}
