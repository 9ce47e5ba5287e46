using System.Diagnostics.Metrics;
using System.Globalization;

namespace CustomerProfiles.Acceptance.Tests;

/// <summary>Sums the measurements of the meters of one host.</summary>
internal sealed class InstrumentCounts : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Lock _lock = new();
    private readonly SortedDictionary<
        string,
        (Instrument Instrument, SortedDictionary<string, Tally> Series)
    > _instruments = new(StringComparer.Ordinal);

    /// <summary>Starts listening.</summary>
    /// <param name="meters">The meters of the host. The process may run other hosts.</param>
    public InstrumentCounts(IMeterFactory meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (
                instrument.Meter.Name == CustomerProfilesDiagnostics.MeterName
                && ReferenceEquals(instrument.Meter.Scope, meters)
            )
            {
                lock (_lock)
                {
                    _instruments[instrument.Name] = (instrument, new(StringComparer.Ordinal));
                }

                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>The measurements until now.</summary>
    public IReadOnlyList<MeasuredInstrument> Read()
    {
        _listener.RecordObservableInstruments();
        lock (_lock)
        {
            return
            [
                .. _instruments.Values.Select(one => new MeasuredInstrument(
                    one.Instrument.Name,
                    KindOf(one.Instrument),
                    one.Instrument.Unit,
                    [.. one.Series.Values.Select(tally => tally.Of(one.Instrument))]
                )),
            ];
        }
    }

    public void Dispose() => _listener.Dispose();

    private static string KindOf(Instrument instrument) => instrument.GetType().Name.Split('`')[0];

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var named = new KeyValuePair<string, string>[tags.Length];
        for (var i = 0; i < tags.Length; i++)
        {
            named[i] = new(tags[i].Key, Convert.ToString(tags[i].Value, CultureInfo.InvariantCulture) ?? "");
        }

        var key = string.Join(' ', named);
        lock (_lock)
        {
            var series = _instruments[instrument.Name].Series;
            if (!series.TryGetValue(key, out var tally))
            {
                series.Add(key, tally = new Tally(named));
            }

            tally.Add(value);
        }
    }

    private sealed class Tally(KeyValuePair<string, string>[] tags)
    {
        private long _count;
        private double _sum;
        private double _largest = double.MinValue;
        private double _last;

        public void Add(double value)
        {
            _count++;
            _sum += value;
            _largest = Math.Max(_largest, value);
            _last = value;
        }

        public MeasuredSeries Of(Instrument instrument) =>
            instrument switch
            {
                Histogram<double> => new(tags, null, new MeasuredSpread(_count, _sum / _count, _largest)),
                { IsObservable: true } => new(tags, _last, null),
                _ => new(tags, _sum, null),
            };
    }
}
