using CustomerProfiles.Sample.Mail;
using CustomerProfiles.Sample.Output;
using CustomerProfiles.Sample.Run;
using CustomerProfiles.Sidebar;

namespace CustomerProfiles.Sample.Tests;

/// <summary>The main job, from the bundled mailbox to the last sidebar, over real HTTP to the simulator.</summary>
public sealed class MainJobTests
{
    [Fact]
    public async Task The_run_agrees_with_the_independent_count_and_every_step_comes_out()
    {
        var report = new CapturedReport();

        var exitCode = await SampleApplication.RunAsync(report, CancellationToken.None);

        report.Figures.Where(figure => !figure.Agrees).Should().BeEmpty();
        report.Steps.Where(step => !step.AsItShould).Should().BeEmpty();
        report.Steps.Should().HaveCount(9);
        report.Sidebars.Should().HaveCount(4);
        exitCode.Should().Be(SampleApplication.Fine);
    }

    [Fact]
    public async Task A_figure_that_differs_makes_the_run_fail()
    {
        var report = new CapturedReport { DisagreesWithEverything = true };

        (await SampleApplication.RunAsync(report, CancellationToken.None)).Should().Be(SampleApplication.Wrong);
    }

    [Fact]
    public async Task A_cancelled_run_ends_as_cancelled()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        var run = () => SampleApplication.RunAsync(new CapturedReport(), cancelled.Token);

        await run.Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task A_file_that_is_missing_or_no_mailbox_is_bad_input()
    {
        var none = new FileInfo(Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N")));
        (await SampleApplication.ImportAsync(none, [], json: true, CancellationToken.None)).Should().Be(SampleApplication.BadInput);

        await File.WriteAllTextAsync(none.FullName, "This is a letter.\nIt is no mailbox.\n");
        try
        {
            (await SampleApplication.ImportAsync(none, [], json: true, CancellationToken.None)).Should().Be(SampleApplication.BadInput);
        }
        finally
        {
            none.Delete();
        }
    }

    private sealed class CapturedReport : IReport
    {
        public bool DisagreesWithEverything { get; init; }

        public List<TotalsComparison> Figures { get; } = [];

        public List<(string What, bool AsItShould, string Came)> Steps { get; } = [];

        public List<SidebarView> Sidebars { get; } = [];

        public void Title(string title, string provider)
        {
        }

        public void Heading(string heading)
        {
        }

        public Task WithProgressAsync(string what, long length, Func<long> position, Func<Task> work) => work();

        public void Decisions(IReadOnlyList<RunEntry> entries, IReadOnlyList<MailItem.Unreadable> skipped)
        {
        }

        public void Skipped(MailItem.Unreadable unreadable)
        {
        }

        public void Totals(RunTotals totals)
        {
        }

        public void Sidebar(SidebarView view) => Sidebars.Add(view);

        public void Step(string what, bool asItShould, string came) => Steps.Add((what, asItShould, came));

        public bool Comparison(IReadOnlyList<TotalsComparison> figures)
        {
            Figures.AddRange(figures);
            return !DisagreesWithEverything && figures.All(figure => figure.Agrees);
        }

        public void Speed(int messages, TimeSpan elapsed, long memory, long peakMemory)
        {
        }

        public void Verdict(bool allWell)
        {
        }

        public void Finish()
        {
        }
    }
}
