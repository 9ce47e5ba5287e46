namespace CustomerProfiles.Acceptance.Tests;

/// <summary>What the library measured, traced and logged in one run.</summary>
/// <param name="Instruments">Every instrument that its meter has, by name, also those that measured nothing.</param>
/// <param name="Activities">The activities that it started, by name and outcome.</param>
/// <param name="Events">The events that it logged, by id.</param>
internal sealed record TelemetryTotals(
    IReadOnlyList<MeasuredInstrument> Instruments,
    IReadOnlyList<CountedActivity> Activities,
    IReadOnlyList<CountedEvent> Events
);
