namespace CustomerProfiles.Sample;

/// <summary>What an import of the same mailbox into the same store should come to.</summary>
internal sealed class SecondRunComparison
{
    /// <summary>The count of an import into an empty store.</summary>
    public required MailboxCount Count { get; init; }

    /// <summary>The count that takes the customers from before into account.</summary>
    public required MailboxCount CountWithKnown { get; init; }

    public required KnownCustomers Before { get; init; }

    public required KnownCustomers After { get; init; }

    public required ImportTotals Totals { get; init; }

    public required IReadOnlyList<ImportedMessage> Messages { get; init; }

    public required int ProviderCalls { get; init; }

    public required bool IsProviderDisabled { get; init; }

    /// <summary>
    /// After a complete first run, no customer of the mailbox is looked up again. After an interrupted run, the number
    /// of lookups is not known in advance, but each must have been due, and nobody may be left out.
    /// </summary>
    public IReadOnlyList<TotalsComparison> Figures()
    {
        List<TotalsComparison> figures =
        [
            .. TotalsComparison.OfImport(CountWithKnown, Totals),
            new("customers after the run", Count.People.Count, After.CountOf(Count)),
            new("checked before it was due", 0, Messages.Count(IsRequestedTooSoon)),
            new("due, but never checked", 0, After.CountUncheckedOf(Count)),
        ];
        var isComplete = Before.IncludeAllOf(Count);
        if (isComplete && !IsProviderDisabled)
        {
            // For a role address, this reason takes precedence over the known conversation.
            var unchanged = CountOf(CheckReason.KnownConversation) + CountOf(CheckReason.NothingToLookUpBy);
            figures.Add(new("no check: known conversation", MessagesOf(suppressed: false), unchanged));
            figures.Add(new("no check: suppressed", MessagesOf(suppressed: true), CountOf(CheckReason.Suppressed)));
        }

        if (isComplete || IsProviderDisabled)
        {
            // A declined sender may have become a customer in another way, and may be looked up.
            var others = IsProviderDisabled ? 0 : Messages.Count(one => IsRequested(one) && !IsOfMailbox(one));
            figures.Add(new("calls to the provider", others, ProviderCalls));
        }

        return figures;
    }

    private static bool IsRequested(ImportedMessage message) =>
        message.Outcome is { } outcome && outcome.Checks.Any(check => check.Requested);

    private bool IsRequestedTooSoon(ImportedMessage message) =>
        IsRequested(message)
        && Before.Find(message.Outcome!.Profile!.Id) is { } view
        && message.At.ToDateTimeUtc() <= KnownCustomers.LastCheckOf(view)?.AddMonths(2);

    private bool IsOfMailbox(ImportedMessage message) =>
        message.Outcome?.Profile is { } profile
        && profile.Emails.Any(email => Count.People.ContainsKey(email.Address.Normalized));

    private int MessagesOf(bool suppressed) =>
        Count
            .People.Keys.Where(address => Before.Find(address)?.IsSuppressed == suppressed)
            .Sum(address => CountWithKnown.People[address].Messages);

    private int CountOf(CheckReason reason) =>
        Messages.Count(one => IsOfMailbox(one) && one.Outcome!.Checks.Any(check => check.Reason == reason));
}
