namespace CustomerProfiles.ManyHosts.TestSupport;

/// <summary>What came of a command: a line of the host's output, as JSON.</summary>
/// <param name="Number">The command's.</param>
/// <param name="Outcome">The code of the last outcome.</param>
/// <param name="Conflicts">How often somebody else had changed the same field.</param>
/// <param name="Faults">The types of the exceptions that were met on the way.</param>
public sealed record HostReply(int Number, string Outcome, int Conflicts, IReadOnlyList<string> Faults);
