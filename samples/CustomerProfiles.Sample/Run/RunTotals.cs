namespace CustomerProfiles.Sample.Run;

/// <summary>What a run over a mailbox came to.</summary>
internal sealed class RunTotals
{
    public int Messages { get; set; }

    public int Received { get; set; }

    public int Composed { get; set; }

    public int Internal { get; set; }

    public int Unreadable { get; set; }

    public int Created { get; set; }

    public int Existing { get; set; }

    public SortedDictionary<DeclineReason, int> Declined { get; } = [];

    public SortedDictionary<CheckReason, int> Decisions { get; } = [];

    public int Matched { get; set; }

    public int NoMatch { get; set; }

    public int Failed { get; set; }

    public int ChecksMade => Matched + NoMatch;

    public void Count(ConversationOutcome outcome)
    {
        switch (outcome)
        {
            case ConversationOutcome.Created:
                Created++;
                break;
            case ConversationOutcome.Existing:
                Existing++;
                break;
            case ConversationOutcome.Declined declined:
                Declined[declined.Reason] = Declined.GetValueOrDefault(declined.Reason) + 1;
                break;
        }

        foreach (var decision in outcome.Checks)
        {
            Decisions[decision.Reason] = Decisions.GetValueOrDefault(decision.Reason) + 1;
        }
    }
}
