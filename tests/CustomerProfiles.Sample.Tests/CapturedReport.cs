using CustomerProfiles.Sample.Mail;
using CustomerProfiles.Sample.Output;
using CustomerProfiles.Sample.Run;
using CustomerProfiles.Sample.Telemetry;

namespace CustomerProfiles.Sample.Tests;

/// <summary>Everything that a run says.</summary>
internal sealed class CapturedReport : IReport
{
    public bool DisagreesWithEverything { get; init; }

    public bool TellsTelemetry { get; init; }

    public TelemetryTotals? TelemetryTotals { get; private set; }

    public string? StoreDescription { get; private set; }

    public RunTotals? RunTotals { get; private set; }

    public List<RunEntry> Entries { get; } = [];

    public List<TotalsComparison> Figures { get; } = [];

    public List<(string What, bool AsItShould, string Came)> Steps { get; } = [];

    public List<SidebarView> Sidebars { get; } = [];

    public List<string> Notes { get; } = [];

    public List<CustomerProfile> Listed { get; } = [];

    public List<MailItem.Unreadable> AllSkipped { get; } = [];

    public void Title(string title, string provider) { }

    public void Store(string description) => StoreDescription = description;

    public void Note(string text) => Notes.Add(text);

    public void Profiles(IReadOnlyList<CustomerProfile> profiles) => Listed.AddRange(profiles);

    public void Heading(string heading) { }

    public Task WithProgressAsync(string what, long? length, Func<long> position, Func<Task> work) => work();

    public void Decisions(IReadOnlyList<RunEntry> entries, IReadOnlyList<MailItem.Unreadable> skipped) =>
        Entries.AddRange(entries);

    public void Skipped(MailItem.Unreadable unreadable) => AllSkipped.Add(unreadable);

    public void Totals(RunTotals totals) => RunTotals = totals;

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
