using CustomerProfiles.Sample.Mail;
using CustomerProfiles.Sample.Run;
using CustomerProfiles.Sample.Telemetry;

namespace CustomerProfiles.Sample.Output;

/// <summary>Where the sample says what it does: to a person as text, or to a machine as JSON.</summary>
internal interface IReport
{
    /// <summary>Whether to say what the library measured, traced and logged. If not, nothing of it is kept.</summary>
    bool TellsTelemetry { get; }

    void Title(string title, string provider);

    /// <summary>Where profiles are kept.</summary>
    void Store(string description);

    void Note(string text);

    void Profiles(IReadOnlyList<CustomerProfile> profiles);

    void Heading(string heading);

    /// <summary>Does some work, and shows how far it is.</summary>
    /// <param name="what">What is done.</param>
    /// <param name="length">Where it ends; null when that is not known, as of a pipe.</param>
    /// <param name="position">How far it is.</param>
    /// <param name="work">The work.</param>
    Task WithProgressAsync(string what, long? length, Func<long> position, Func<Task> work);

    void Decisions(IReadOnlyList<RunEntry> entries, IReadOnlyList<MailItem.Unreadable> skipped);

    void Skipped(MailItem.Unreadable unreadable);

    void Totals(RunTotals totals);

    void Sidebar(SidebarView view);

    void Step(string what, bool asItShould, string came);

    bool Comparison(IReadOnlyList<TotalsComparison> figures);

    void Speed(int messages, TimeSpan elapsed, long memory, long peakMemory);

    void Verdict(bool allWell);

    void Telemetry(TelemetryTotals totals);

    void Finish();
}
