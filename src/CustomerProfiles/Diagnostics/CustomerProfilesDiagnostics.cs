namespace CustomerProfiles;

/// <summary>
/// The names under which the library can be watched. No name, address, note or key is ever part of a log line, a metric
/// or a trace.
/// </summary>
public static class CustomerProfilesDiagnostics
{
    /// <summary>The category of every log line of the core. Event ids are stable.</summary>
    public const string LogCategory = "CustomerProfiles";

    /// <summary>
    /// The name of the meter. <see cref="CustomerProfilesInstruments"/> has the names of its instruments.
    /// </summary>
    public const string MeterName = "CustomerProfiles";

    /// <summary>
    /// The name of the activity source. A check is an activity; intake and edits are part of the host's own.
    /// </summary>
    public const string ActivitySourceName = "CustomerProfiles";

    /// <summary>The name of the activity that a check is, from its claim to its record.</summary>
    public const string CheckActivityName = "customerprofiles.check";
}
