using CustomerProfiles.Sample.Mail;

namespace CustomerProfiles.Sample.Run;

/// <summary>One figure of the run beside what an independent count says it should be.</summary>
internal sealed record TotalsComparison(string Figure, int Expected, int Actual)
{
    public bool Agrees => Expected == Actual;

    /// <summary>Of a run into an empty store.</summary>
    public static IReadOnlyList<TotalsComparison> Of(RunTotals run, ExpectedTotals expected) =>
        [
            .. OfTakingIn(run, expected),
            new("checks made: matched", expected.ChecksMatched, run.Matched),
            new("checks made: no match", expected.ChecksWithoutMatch, run.NoMatch),
            new("attempts that failed", expected.ChecksFailed, run.Failed),
            new("not asked: not due yet", expected.NotDue, run.Decisions.GetValueOrDefault(CheckReason.NotDueYet)),
            new(
                "not asked: same conversation",
                expected.SameConversation,
                run.Decisions.GetValueOrDefault(CheckReason.KnownConversation)
            ),
            new(
                "not asked: composed",
                expected.ComposedIsNoReason,
                run.Decisions.GetValueOrDefault(CheckReason.ComposedNeverRechecks)
            ),
            new(
                "not asked: a role address",
                expected.NobodyToAskAbout,
                run.Decisions.GetValueOrDefault(CheckReason.NothingToLookUpBy)
            ),
            new(
                "not asked: check under way",
                expected.CheckUnderWay,
                run.Decisions.GetValueOrDefault(CheckReason.AlreadyPending)
            ),
        ];

    /// <summary>What is the same whatever was asked of the provider.</summary>
    public static IReadOnlyList<TotalsComparison> OfTakingIn(RunTotals run, ExpectedTotals expected) =>
        [
            new("messages", expected.Messages, run.Messages),
            new("received", expected.Received, run.Received),
            new("composed", expected.Composed, run.Composed),
            new("internal", expected.Internal, run.Internal),
            new("unreadable", expected.Unreadable, run.Unreadable),
            new("profiles created", expected.Created, run.Created),
            new("existing", expected.Existing, run.Existing),
            new(
                "declined: no address",
                expected.DeclinedNoAddress,
                run.Declined.GetValueOrDefault(DeclineReason.NoAddress)
            ),
            new(
                "declined: own address",
                expected.DeclinedOwnAddress,
                run.Declined.GetValueOrDefault(DeclineReason.OwnAddress)
            ),
            new("declined: no-reply", expected.DeclinedNoReply, run.Declined.GetValueOrDefault(DeclineReason.NoReply)),
            new(
                "declined: automatic",
                expected.DeclinedAutomatic,
                run.Declined.GetValueOrDefault(DeclineReason.Automatic)
            ),
        ];
}
