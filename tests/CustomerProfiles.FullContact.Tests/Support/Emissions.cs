using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace CustomerProfiles.FullContact.Tests.Support;

/// <summary>Collects all measurements and activities of the process, with their tags.</summary>
internal sealed class Emissions : IDisposable
{
    private readonly MeterListener _meters = new();
    private readonly ActivityListener _activities;
    private readonly ConcurrentQueue<string> _texts = [];

    public Emissions()
    {
        _meters.InstrumentPublished = (instrument, listener) => listener.EnableMeasurementEvents(instrument);
        Listen<byte>();
        Listen<short>();
        Listen<int>();
        Listen<long>();
        Listen<float>();
        Listen<double>();
        Listen<decimal>();
        _meters.Start();
        _activities = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => _texts.Enqueue(TextOf(activity)),
        };
        ActivitySource.AddActivityListener(_activities);
    }

    public IEnumerable<string> Texts => _texts;

    public void Dispose()
    {
        _meters.Dispose();
        _activities.Dispose();
    }

    private static string TextOf(Activity activity) =>
        string.Join(
            ' ',
            [
                $"{activity.Source.Name} {activity.OperationName} {activity.DisplayName} {activity.StatusDescription}",
                .. activity
                    .TagObjects.Concat(activity.Events.SelectMany(one => one.Tags))
                    .Select(tag => $"{tag.Key}={tag.Value}"),
                .. activity.Baggage.Select(item => $"{item.Key}={item.Value}"),
                .. activity.Events.Select(one => one.Name),
            ]
        );

    private void Listen<T>()
        where T : struct =>
        _meters.SetMeasurementEventCallback<T>(
            (instrument, value, tags, _) =>
            {
                var text = $"{instrument.Meter.Name} {instrument.Name} {instrument.Description} {value}";
                foreach (var (key, tag) in tags)
                {
                    text += $" {key}={tag}";
                }

                _texts.Enqueue(text);
            }
        );
}
