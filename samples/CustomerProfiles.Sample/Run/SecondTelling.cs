using CustomerProfiles.Sample.Mail;

namespace CustomerProfiles.Sample.Run;

/// <summary>What should come of telling a mailbox to a store that an earlier run had told of it.</summary>
/// <param name="Counted">What telling it to an empty store comes to, by the independent count.</param>
/// <param name="CountedAgain">What it comes to with those who were held before, as far as creating and declining
/// go.</param>
/// <param name="Before">Who was held before.</param>
/// <param name="After">Which of the mailbox's people are held now.</param>
/// <param name="Totals">What the run came to.</param>
/// <param name="Entries">The messages, and what came of each.</param>
/// <param name="Questions">How many questions were put to the provider.</param>
/// <param name="IsOff">Whether the provider is switched off.</param>
internal sealed record SecondTelling(
    ExpectedTotals Counted,
    ExpectedTotals CountedAgain,
    HeldCustomers Before,
    HeldCustomers After,
    RunTotals Totals,
    IReadOnlyList<RunEntry> Entries,
    int Questions,
    bool IsOff
)
{
    /// <summary>
    /// When the mailbox was told before to its end, nobody of its people is asked about any more. When that was
    /// interrupted, it is not known which conversations had been told, so the questions cannot be counted beforehand;
    /// but each must have been due, and nobody may be left out.
    /// </summary>
    public IReadOnlyList<TotalsComparison> Figures
    {
        get
        {
            List<TotalsComparison> figures =
            [
                .. TotalsComparison.OfTakingIn(Totals, CountedAgain),
                new("customers kept afterwards", Counted.People.Count, After.CountOf(Counted)),
                new("asked although not due", 0, Entries.Count(IsAskedTooSoon)),
                new("never asked although due", 0, After.CountUncheckedOf(Counted)),
            ];
            if (!IsOff && Before.HaveAllOf(Counted))
            {
                // About a role address there is nobody to ask, and within the hour that is what is said of a
                // conversation told again.
                figures.Add(
                    new TotalsComparison(
                        "not asked: told before",
                        MessagesOf(suppressed: false),
                        Count(CheckReason.KnownConversation) + Count(CheckReason.NothingToLookUpBy)
                    )
                );
                figures.Add(
                    new TotalsComparison(
                        "not asked: not to be looked up",
                        MessagesOf(suppressed: true),
                        Count(CheckReason.Suppressed)
                    )
                );
            }

            if (IsOff || Before.HaveAllOf(Counted))
            {
                // Somebody whom the mailbox alone makes no customer may be one from elsewhere, and be asked about.
                var others = IsOff ? 0 : Entries.Count(entry => IsAsked(entry) && !IsAboutItsPeople(entry));
                figures.Add(new TotalsComparison("questions put to the provider", others, Questions));
            }

            return figures;
        }
    }

    private static bool IsAsked(RunEntry entry) =>
        entry.Outcome is { } outcome && outcome.Checks.Any(check => check.Requested);

    private bool IsAskedTooSoon(RunEntry entry) =>
        IsAsked(entry)
        && Before.Find(entry.Outcome!.Profile!.Id) is { } view
        && entry.At.ToDateTimeUtc() <= HeldCustomers.LastCheckOf(view)?.AddMonths(2);

    private bool IsAboutItsPeople(RunEntry entry) =>
        entry.Outcome?.Profile is { } profile
        && profile.Emails.Any(email => Counted.People.ContainsKey(email.Address.Normalized));

    private int MessagesOf(bool suppressed) =>
        Counted
            .People.Keys.Where(address => Before.Find(address)?.IsSuppressed == suppressed)
            .Sum(address => CountedAgain.People[address].Messages);

    private int Count(CheckReason reason) =>
        Entries.Count(entry => IsAboutItsPeople(entry) && entry.Outcome!.Checks.Any(check => check.Reason == reason));
}
