using System.Globalization;
using CustomerProfiles.Sample.Telemetry;

namespace CustomerProfiles.Sample.Output;

/// <summary>What the library measured, traced and logged, in lines of at most 80 columns.</summary>
internal static class TelemetryText
{
    private const string Indent = "            ";

    public static IEnumerable<string> Of(TelemetryTotals totals)
    {
        yield return $"Meter {CustomerProfilesDiagnostics.MeterName}";
        foreach (var instrument in totals.Instruments)
        {
            yield return $"  {instrument.Name}: {instrument.Kind}, {instrument.Unit ?? "no unit"}";
            if (instrument.Series.Count == 0)
            {
                yield return $"{Indent}nothing";
            }

            foreach (var series in instrument.Series)
            {
                var tags =
                    series.Tags.Count == 0
                        ? "(no tags)"
                        : string.Join(' ', series.Tags.Select(tag => $"{tag.Key}={tag.Value}"));
                yield return Line(Number(series.Spread?.Count ?? series.Value ?? 0), tags);
                if (series.Spread is { } spread)
                {
                    yield return $"{Indent}mean {Number(spread.Mean)}, largest {Number(spread.Largest)}";
                }
            }
        }

        yield return $"Activity source {CustomerProfilesDiagnostics.ActivitySourceName}";
        foreach (var activity in totals.Activities)
        {
            yield return Line(
                Number(activity.Count),
                $"{activity.Name} {CustomerProfilesDiagnostics.OutcomeTag}={activity.Outcome ?? "(none)"}"
            );
        }

        if (totals.Activities.Count == 0)
        {
            yield return $"{Indent}nothing";
        }

        yield return $"Log category {CustomerProfilesDiagnostics.LogCategory}, and those beneath it";
        foreach (var logged in totals.Events)
        {
            yield return Line(
                Number(logged.Count),
                string.Create(CultureInfo.InvariantCulture, $"{logged.Id} {logged.Name}")
            );
        }

        if (totals.Events.Count == 0)
        {
            yield return $"{Indent}nothing";
        }
    }

    private static string Line(string number, string what) => $"{number, 10}  {what}";

    private static string Number(double number) => number.ToString("0.######", CultureInfo.InvariantCulture);
}
