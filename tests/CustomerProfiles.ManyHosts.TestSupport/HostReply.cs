namespace CustomerProfiles.ManyHosts.TestSupport;

/// <summary>The result of a command: a line of the output of the host, as JSON.</summary>
/// <param name="Number">The number of the command.</param>
/// <param name="Outcome">The code of the last outcome.</param>
/// <param name="Conflicts">The number of conflicts with other changes of the same field.</param>
/// <param name="Faults">The types of the exceptions on the way, with the error code of the database.</param>
/// <param name="Customer">The id of the customer whom the command concerned.</param>
public sealed record HostReply(
    int Number,
    string Outcome,
    int Conflicts,
    IReadOnlyList<string> Faults,
    Guid? Customer = null
);
