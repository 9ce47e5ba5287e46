namespace CustomerProfiles.Sample.Output;

/// <summary>How to say what came of a run, as the command line says it.</summary>
/// <param name="Json">As one JSON document instead of text.</param>
/// <param name="Telemetry">With what the library measured, traced and logged.</param>
internal sealed record OutputChoice(bool Json = false, bool Telemetry = false);
