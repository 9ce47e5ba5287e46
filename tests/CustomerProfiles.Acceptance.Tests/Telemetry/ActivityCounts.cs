using System.Diagnostics;

namespace CustomerProfiles.Acceptance.Tests;

/// <summary>
/// Counts the activities of the library in one run. A source belongs to the whole process, so the run is an activity
/// itself, and only its descendants are counted.
/// </summary>
internal sealed class ActivityCounts : IDisposable
{
    private readonly Activity _run = new Activity("acceptance.run").Start();
    private readonly ActivityListener _listener;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _started = [];
    private readonly Dictionary<(string Name, string? Outcome), int> _ended = [];

    public ActivityCounts()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == CustomerProfilesDiagnostics.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                options.Parent.TraceId == _run.TraceId ? ActivitySamplingResult.AllData : ActivitySamplingResult.None,
            ActivityStarted = activity => Add(activity, _started, activity.OperationName),
            ActivityStopped = activity =>
                Add(
                    activity,
                    _ended,
                    (activity.OperationName, activity.GetTagItem(CustomerProfilesDiagnostics.OutcomeTag)?.ToString())
                ),
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>The counts until now. An activity that has not ended has no outcome.</summary>
    public IReadOnlyList<CountedActivity> Read()
    {
        lock (_lock)
        {
            var counts = new Dictionary<(string Name, string? Outcome), int>(_ended);
            foreach (var (name, count) in _started)
            {
                var open = count - _ended.Where(one => one.Key.Name == name).Sum(one => one.Value);
                if (open > 0)
                {
                    counts[(name, null)] = counts.GetValueOrDefault((name, null)) + open;
                }
            }

            return
            [
                .. counts
                    .Select(one => new CountedActivity(one.Key.Name, one.Key.Outcome, one.Value))
                    .OrderBy(one => one.Name, StringComparer.Ordinal)
                    .ThenBy(one => one.Outcome, StringComparer.Ordinal),
            ];
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        _run.Dispose();
    }

    private void Add<TKey>(Activity activity, Dictionary<TKey, int> counts, TKey key)
        where TKey : notnull
    {
        if (activity.TraceId == _run.TraceId)
        {
            lock (_lock)
            {
                counts[key] = counts.GetValueOrDefault(key) + 1;
            }
        }
    }
}
