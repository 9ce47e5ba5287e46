using CustomerProfiles.Sample.Mail;

namespace CustomerProfiles.Sample;

/// <summary>The totals of an import.</summary>
internal sealed class ImportTotals
{
    public int Messages => Received + Composed + Internal;

    public int Received { get; private set; }

    public int Composed { get; private set; }

    public int Internal { get; private set; }

    /// <summary>What could not be read as a message.</summary>
    public int Skipped { get; set; }

    public int Created { get; private set; }

    public int Existing { get; private set; }

    public SortedDictionary<DeclineReason, int> Declined { get; } = [];

    public SortedDictionary<CheckReason, int> Decisions { get; } = [];

    public int Matched { get; set; }

    public int NoMatch { get; set; }

    /// <summary>Attempts that failed. A failure is not a check.</summary>
    public int Failed { get; set; }

    public int ChecksCompleted => Matched + NoMatch;

    public void Count(MailDirection direction, ConversationOutcome? outcome)
    {
        switch (direction)
        {
            case MailDirection.Received:
                Received++;
                break;
            case MailDirection.Composed:
                Composed++;
                break;
            default:
                Internal++;
                break;
        }

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

        foreach (var decision in outcome?.Checks ?? [])
        {
            Decisions[decision.Reason] = Decisions.GetValueOrDefault(decision.Reason) + 1;
        }
    }
}
