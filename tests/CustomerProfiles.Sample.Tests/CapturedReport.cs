using CustomerProfiles.Sample.Customers;
using CustomerProfiles.Sample.Mail;

namespace CustomerProfiles.Sample.Tests;

/// <summary>Captures the output of a run.</summary>
internal sealed class CapturedReport : IReport
{
    public bool DisagreesWithEveryFigure { get; init; }

    public string? StoreDescription { get; private set; }

    public ImportTotals? ImportTotals { get; private set; }

    public List<ImportedMessage> Messages { get; } = [];

    public List<TotalsComparison> Figures { get; } = [];

    public List<(string Step, bool Passed, string Result)> Steps { get; } = [];

    public List<SidebarView> Sidebars { get; } = [];

    public List<HistoryPage> Histories { get; } = [];

    public List<RevertOutcome.Drafted> Reverts { get; } = [];

    public List<MergePreview> MergePreviews { get; } = [];

    /// <summary>Called with each preview, before the merge.</summary>
    public Action<MergePreview>? OnMergePreview { get; init; }

    public List<MergeId> Merges { get; } = [];

    public List<UnmergeOutcome.Unmerged> Unmerges { get; } = [];

    public List<MergeRecord> ListedMerges { get; } = [];

    public List<IReadOnlyList<DuplicateSuggestion>> AllDuplicates { get; } = [];

    public List<ErasureReceipt> Receipts { get; } = [];

    public List<RetentionResult> Retentions { get; } = [];

    public List<CustomerEvent> Events { get; } = [];

    public List<string> Notes { get; } = [];

    public List<CustomerProfile> Listed { get; } = [];

    public List<MailItem.Skipped> AllSkipped { get; } = [];

    public List<ImportedRow> Refused { get; } = [];

    public CustomerImportTotals? CustomerTotals { get; private set; }

    public void Title(string title, string provider) { }

    public void Store(string description) => StoreDescription = description;

    public void Note(string text) => Notes.Add(text);

    public void Profiles(IReadOnlyList<CustomerProfile> profiles) => Listed.AddRange(profiles);

    public void Heading(string heading) { }

    public Task WithProgressAsync(string title, long? length, Func<long> position, Func<Task> work) => work();

    public void Decisions(IReadOnlyList<ImportedMessage> messages, IReadOnlyList<MailItem.Skipped> skipped) =>
        Messages.AddRange(messages);

    public void Skipped(MailItem.Skipped skipped) => AllSkipped.Add(skipped);

    public void Totals(ImportTotals totals) => ImportTotals = totals;

    public void RefusedRow(ImportedRow row) => Refused.Add(row);

    void IReport.CustomerTotals(CustomerImportTotals totals, bool isDryRun, TimeSpan elapsed) =>
        CustomerTotals = totals;

    public void Sidebar(SidebarView view) => Sidebars.Add(view);

    public void History(CustomerId customer, HistoryPage page) => Histories.Add(page);

    public void Revert(long entry, RevertOutcome.Drafted draft) => Reverts.Add(draft);

    public void MergePreview(MergePreview preview)
    {
        MergePreviews.Add(preview);
        OnMergePreview?.Invoke(preview);
    }

    public void Merged(MergeId merge) => Merges.Add(merge);

    public void Unmerged(UnmergeOutcome.Unmerged undone) => Unmerges.Add(undone);

    void IReport.Merges(CustomerId customer, IReadOnlyList<MergeRecord> merges) => ListedMerges.AddRange(merges);

    public void Duplicates(CustomerId customer, IReadOnlyList<DuplicateSuggestion> suggestions) =>
        AllDuplicates.Add(suggestions);

    public void Receipt(ErasureReceipt receipt) => Receipts.Add(receipt);

    public void Retention(RetentionResult result, bool isDryRun) => Retentions.Add(result);

    void IReport.Events(IReadOnlyList<CustomerEvent> events) => Events.AddRange(events);

    public void Step(string step, bool passed, string result) => Steps.Add((step, passed, result));

    public bool Comparison(IReadOnlyList<TotalsComparison> figures)
    {
        Figures.AddRange(figures);
        return !DisagreesWithEveryFigure && figures.All(figure => figure.Agrees);
    }

    public void Speed(int messages, TimeSpan elapsed, long memory, long peakMemory) { }

    public void Verdict(bool allWell) { }

    public void Finish() { }
}
