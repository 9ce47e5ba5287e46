using CustomerProfiles.Sample.Customers;
using CustomerProfiles.Sample.Mail;

namespace CustomerProfiles.Sample;

/// <summary>The output of the sample: text for a person, or JSON for a program.</summary>
internal interface IReport
{
    void Title(string title, string provider);

    /// <summary>Where profiles are stored.</summary>
    void Store(string description);

    void Note(string text);

    void Profiles(IReadOnlyList<CustomerProfile> profiles);

    void Heading(string heading);

    /// <summary>Runs some work and shows its progress.</summary>
    /// <param name="title">The name of the work.</param>
    /// <param name="length">The final position; null when it is not known, as for a pipe.</param>
    /// <param name="position">Returns the current position.</param>
    /// <param name="work">The work.</param>
    Task WithProgressAsync(string title, long? length, Func<long> position, Func<Task> work);

    void Decisions(IReadOnlyList<ImportedMessage> messages, IReadOnlyList<MailItem.Skipped> skipped);

    void Skipped(MailItem.Skipped skipped);

    void Totals(ImportTotals totals);

    /// <summary>A row that was not imported. Called while others still are.</summary>
    void RefusedRow(ImportedRow row);

    /// <param name="totals">The totals of an import of customers.</param>
    /// <param name="isDryRun">Whether nothing was written.</param>
    /// <param name="elapsed">How long it took.</param>
    void CustomerTotals(CustomerImportTotals totals, bool isDryRun, TimeSpan elapsed);

    void Sidebar(SidebarView view);

    void History(CustomerId customer, HistoryPage page);

    /// <summary>What a revert would do, and what it leaves out.</summary>
    /// <param name="entry">The number of the change that it takes back.</param>
    /// <param name="draft">The draft.</param>
    void Revert(long entry, RevertOutcome.Drafted draft);

    /// <summary>What merging two customers would make of them.</summary>
    void MergePreview(MergePreview preview);

    /// <summary>That two customers were merged.</summary>
    /// <param name="merge">The id by which it can be undone.</param>
    void Merged(MergeId merge);

    void Unmerged(UnmergeOutcome.Unmerged undone);

    /// <summary>The merges into a customer.</summary>
    void Merges(CustomerId customer, IReadOnlyList<MergeRecord> merges);

    /// <summary>Who may be the same person as a customer.</summary>
    void Duplicates(CustomerId customer, IReadOnlyList<DuplicateSuggestion> suggestions);

    /// <summary>The receipt of an erasure.</summary>
    void Receipt(ErasureReceipt receipt);

    /// <param name="result">What was removed because of its age, and who was erased.</param>
    /// <param name="isDryRun">Whether nothing was removed.</param>
    void Retention(RetentionResult result, bool isDryRun);

    /// <summary>Events that were received, those of one customer in their order.</summary>
    void Events(IReadOnlyList<CustomerEvent> events);

    void Step(string step, bool passed, string result);

    /// <returns>Whether all figures agree.</returns>
    bool Comparison(IReadOnlyList<TotalsComparison> figures);

    void Speed(int messages, TimeSpan elapsed, long memory, long peakMemory);

    void Verdict(bool allWell);

    /// <summary>Called once, at the end.</summary>
    void Finish();
}
