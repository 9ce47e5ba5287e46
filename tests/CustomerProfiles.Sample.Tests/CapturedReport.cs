using CustomerProfiles.Sample.Mail;

namespace CustomerProfiles.Sample.Tests;

/// <summary>Everything that a run says.</summary>
internal sealed class CapturedReport : IReport
{
    public bool DisagreesWithEverything { get; init; }

    public bool TellsTelemetry { get; init; }

    public TelemetryTotals? TelemetryTotals { get; private set; }

    public string? StoreDescription { get; private set; }

    public ImportTotals? ImportTotals { get; private set; }

    public List<ImportedMessage> Entries { get; } = [];

    public List<TotalsComparison> Figures { get; } = [];

    public List<(string What, bool Passed, string Came)> Steps { get; } = [];

    public List<SidebarView> Sidebars { get; } = [];

    public List<string> Notes { get; } = [];

    public List<CustomerProfile> Listed { get; } = [];

    public List<MailItem.Skipped> AllSkipped { get; } = [];

    public void Title(string title, string provider) { }

    public void Store(string description) => StoreDescription = description;

    public void Note(string text) => Notes.Add(text);

    public void Profiles(IReadOnlyList<CustomerProfile> profiles) => Listed.AddRange(profiles);

    public void Heading(string heading) { }

    public Task WithProgressAsync(string what, long? length, Func<long> position, Func<Task> work) => work();

    public void Decisions(IReadOnlyList<ImportedMessage> entries, IReadOnlyList<MailItem.Skipped> skipped) =>
        Entries.AddRange(entries);

    public void Skipped(MailItem.Skipped skipped) => AllSkipped.Add(skipped);

    public void Totals(ImportTotals totals) => ImportTotals = totals;

    public void Sidebar(SidebarView view) => Sidebars.Add(view);

    public void Step(string what, bool asItShould, string came) => Steps.Add((what, asItShould, came));

    public bool Comparison(IReadOnlyList<TotalsComparison> figures)
    {
        Figures.AddRange(figures);
        return !DisagreesWithEverything && figures.All(figure => figure.Agrees);
    }

    public void Speed(int messages, TimeSpan elapsed, long memory, long peakMemory) { }

    public void Verdict(bool allWell) { }

    public void Telemetry(TelemetryTotals totals) => TelemetryTotals = totals;

    public void Finish() { }
}
