namespace CustomerProfiles.Acceptance.Tests;

/// <summary>The metrics, activities and log events of one run.</summary>
/// <param name="Instruments">All instruments by name, including those without a measurement.</param>
/// <param name="Activities">The activities by name and outcome.</param>
/// <param name="Events">The log events by id.</param>
/// <param name="Texts">The text of every log entry.</param>
internal sealed record TelemetryTotals(
    IReadOnlyList<MeasuredInstrument> Instruments,
    IReadOnlyList<CountedActivity> Activities,
    IReadOnlyList<CountedEvent> Events,
    IReadOnlyList<string> Texts
);
