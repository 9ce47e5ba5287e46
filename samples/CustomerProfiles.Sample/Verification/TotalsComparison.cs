namespace CustomerProfiles.Sample;

/// <summary>One figure of the run beside the same figure of the independent count.</summary>
internal sealed record TotalsComparison(string Figure, int Expected, int Actual)
{
    public bool Agrees => Expected == Actual;

    /// <summary>All figures of a run into an empty store.</summary>
    public static IReadOnlyList<TotalsComparison> OfFirstRun(MailboxCount count, ImportTotals run) =>
        [
            .. OfImport(count, run),
            new("checks: matched", count.ChecksMatched, run.Matched),
            new("checks: no match", count.ChecksWithoutMatch, run.NoMatch),
            new("failed attempts", count.FailedAttempts, run.Failed),
            NotRequested("not due yet", count.NotDueYet, run, CheckReason.NotDueYet),
            NotRequested("known conversation", count.KnownConversation, run, CheckReason.KnownConversation),
            NotRequested("composed", count.ComposedNeverRechecks, run, CheckReason.ComposedNeverRechecks),
            NotRequested("role address", count.RoleAddress, run, CheckReason.NothingToLookUpBy),
            NotRequested("already pending", count.AlreadyPending, run, CheckReason.AlreadyPending),
        ];

    /// <summary>The figures that do not depend on the checks.</summary>
    public static IReadOnlyList<TotalsComparison> OfImport(MailboxCount count, ImportTotals run) =>
        [
            new("messages", count.Messages, run.Messages),
            new("received", count.Received, run.Received),
            new("composed", count.Composed, run.Composed),
            new("internal", count.Internal, run.Internal),
            new("skipped", count.Skipped, run.Skipped),
            new("profiles created", count.Created, run.Created),
            new("existing", count.Existing, run.Existing),
            Declined("no address", count.DeclinedNoAddress, run, DeclineReason.NoAddress),
            Declined("own address", 0, run, DeclineReason.OwnAddress),
            Declined("no-reply", count.DeclinedNoReply, run, DeclineReason.NoReply),
            Declined("automatic", count.DeclinedAutomatic, run, DeclineReason.Automatic),
        ];

    private static TotalsComparison Declined(string name, int expected, ImportTotals run, DeclineReason reason) =>
        new($"declined: {name}", expected, run.Declined.GetValueOrDefault(reason));

    private static TotalsComparison NotRequested(string name, int expected, ImportTotals run, CheckReason reason) =>
        new($"no check: {name}", expected, run.Decisions.GetValueOrDefault(reason));
}
