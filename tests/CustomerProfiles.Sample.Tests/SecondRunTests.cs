namespace CustomerProfiles.Sample.Tests;

/// <summary>The main job on the file of a first run.</summary>
[Collection(FirstRunCollection.Name)]
public sealed class SecondRunTests(FirstRun first)
{
    [Fact]
    public void The_first_run_is_complete()
    {
        first.Report.Figures.Where(figure => !figure.Agrees).Should().BeEmpty();
        first.Report.Figures.Should().Contain(figure => figure.Figure == "profiles created" && figure.Actual == 38);
        first.Report.Steps.Should().HaveCount(17).And.OnlyContain(step => step.Passed);
        first.Calls.Should().BeGreaterThan(50);
        first.ExitCode.Should().Be(SampleApplication.Succeeded);
        Directory.GetFiles(first.Kept.Folder).Should().Equal(first.Kept.Path);
    }

    [Fact]
    public async Task It_finds_the_profiles_and_makes_no_lookup()
    {
        using var kept = first.Kept.Copy();

        for (var run = 2; run <= 3; run++)
        {
            await using var provider = await SampleProvider.StartAsync();
            var report = new CapturedReport();
            var exitCode = await SampleApplication.RunAsync(kept.Choice, provider, report, CancellationToken.None);

            provider.Simulator!.Calls.Should().Be(0);
            report
                .Notes.Should()
                .Contain(note => note.StartsWith("An earlier run left 38 of this mailbox's 38 customers."));
            report.ImportTotals!.Created.Should().Be(0);
            report.ImportTotals.Existing.Should().Be(90);
            report.ImportTotals.ChecksCompleted.Should().Be(0);
            report.Figures.Where(figure => !figure.Agrees).Should().BeEmpty();
            report.Figures.Single(figure => figure.Figure == "calls to the provider").Expected.Should().Be(0);
            report.Steps.Should().BeEmpty();
            exitCode.Should().Be(SampleApplication.Succeeded);
        }
    }

    [Fact]
    public async Task It_shows_the_edits_made_in_between()
    {
        using var kept = first.Kept.Copy();
        var edit = new EditRequest([(ProfileField.Notes, "Call back on Friday.")], [], []);
        await SampleApplication.CommandAsync(
            commands => commands.EditAsync("noor.elamin@example.org", edit, CancellationToken.None),
            kept.Choice,
            new CapturedReport()
        );

        var report = new CapturedReport();
        (await SampleApplication.RunAsync(kept.Choice, report, CancellationToken.None))
            .Should()
            .Be(SampleApplication.Succeeded);

        report.Sidebars.Should().HaveCount(3);
        report.Sidebars[0].Profile.JobTitle.Should().Be("Head of Acquisitions");
        report.Sidebars[1].Profile.Notes.Should().Be("Call back on Friday.");
    }

    [Fact]
    public async Task Fresh_starts_over()
    {
        using var kept = first.Kept.Copy();
        await File.WriteAllTextAsync(kept.Path + "-wal", "Left by a process that died.");

        var report = new CapturedReport();
        (await SampleApplication.RunAsync(kept.Choice with { Fresh = true }, report, CancellationToken.None))
            .Should()
            .Be(SampleApplication.Succeeded);

        report.ImportTotals!.Created.Should().Be(38);
        report.Steps.Should().HaveCount(17);
    }

    [Fact]
    public async Task Time_does_not_run_backwards_in_the_file()
    {
        using var kept = first.Kept.Copy();
        var report = new CapturedReport();
        await SampleApplication.RunAsync(kept.Choice, report, CancellationToken.None);

        var latest = first.Report.Sidebars.SelectMany(view => view.Providers).Max(provider => provider.LastCheckAt);
        report.Messages.Should().OnlyContain(entry => entry.At >= latest);
    }

    [Fact]
    public async Task A_store_that_lost_its_conversations_is_detected()
    {
        using var kept = first.Kept.Copy();
        await kept.SqlAsync("delete from cp_conversations");

        await using var provider = await SampleProvider.StartAsync();
        var report = new CapturedReport();
        (await SampleApplication.RunAsync(kept.Choice, provider, report, CancellationToken.None))
            .Should()
            .Be(SampleApplication.Failed);

        provider.Simulator!.Calls.Should().BePositive();
        report
            .Figures.Where(figure => !figure.Agrees)
            .Select(figure => figure.Figure)
            .Should()
            .BeEquivalentTo("no check: known conversation", "calls to the provider");
    }

    [Fact]
    public async Task Customers_who_were_never_checked_are_detected()
    {
        using var kept = first.Kept.Copy();
        await kept.SqlAsync("update cp_checks set last_check_at = null, last_outcome = null");

        var report = new CapturedReport();
        (await SampleApplication.RunAsync(kept.Choice, report, CancellationToken.None))
            .Should()
            .Be(SampleApplication.Failed);

        // Known conversations request no check.
        report.Figures.Single(figure => !figure.Agrees).Figure.Should().Be("due, but never checked");
    }

    [Fact]
    public async Task An_interrupted_run_is_resumed()
    {
        using var kept = new KeptProfiles();
        using (var interrupt = new CancellationTokenSource())
        {
            await using var interrupted = await SampleProvider.StartAsync();
            using var held = interrupted.Simulator!.Hold("frank.dubois@example.org");
            var run = SampleApplication.RunAsync(kept.Choice, interrupted, new CapturedReport(), interrupt.Token);
            await held.Arrived;
            await interrupt.CancelAsync();
            await FluentActions.Awaiting(() => run).Should().ThrowAsync<OperationCanceledException>();
        }

        await using var provider = await SampleProvider.StartAsync();
        var report = new CapturedReport();
        (await SampleApplication.RunAsync(kept.Choice, provider, report, CancellationToken.None))
            .Should()
            .Be(SampleApplication.Succeeded);

        report.Notes.Should().Contain(note => note.StartsWith("Pending checks of an earlier run: 1 "));
        report.Notes.Should().Contain(note => note.StartsWith("The earlier run did not import the whole mailbox."));
        report.Figures.Should().OnlyContain(figure => figure.Agrees);
        report.ImportTotals!.Created.Should().BeInRange(1, 37);
        provider.Simulator!.CallsByIdentifier.Should().Contain("frank.dubois@example.org", 1);
        provider.Simulator.MostAtOnceAboutOneAddress.Should().Be(1);

        await using var later = await SampleProvider.StartAsync();
        (await SampleApplication.RunAsync(kept.Choice, later, new CapturedReport(), CancellationToken.None))
            .Should()
            .Be(SampleApplication.Succeeded);
        later.Simulator!.Calls.Should().Be(0);
    }

    [Fact]
    public async Task With_the_provider_disabled_before_the_import_no_customer_is_looked_up()
    {
        using var kept = new KeptProfiles();
        var nothing = new FileInfo(kept.PathOf("empty.mbox"));
        await File.WriteAllTextAsync(nothing.FullName, "");
        (await SampleApplication.ImportAsync(nothing, [], kept.Choice, new CapturedReport(), CancellationToken.None))
            .Should()
            .Be(SampleApplication.Succeeded);
        await SampleApplication.CommandAsync(
            Done(commands => commands.DisableAsync(CancellationToken.None)),
            kept.Choice,
            new CapturedReport()
        );

        await using var provider = await SampleProvider.StartAsync();
        var report = new CapturedReport();
        (await SampleApplication.RunAsync(kept.Choice, provider, report, CancellationToken.None))
            .Should()
            .Be(SampleApplication.Succeeded);

        provider.Simulator!.Calls.Should().Be(0);
        report.ImportTotals!.Created.Should().Be(38);
        report.ImportTotals.Decisions[CheckReason.ProviderDisabled].Should().BePositive();
        report.Figures.Should().OnlyContain(figure => figure.Agrees);
        report.Notes.Should().Contain(note => note.StartsWith("The provider is disabled"));
    }

    [Fact]
    public async Task A_second_import_of_a_mailbox_makes_no_lookup()
    {
        using var kept = new KeptProfiles();
        var mailbox = new FileInfo(kept.PathOf("support.mbox"));
        await File.WriteAllBytesAsync(mailbox.FullName, SampleMailbox.Bytes());
        var report = new CapturedReport();
        (
            await SampleApplication.ImportAsync(
                mailbox,
                SampleMailbox.OwnDomainList,
                kept.Choice,
                report,
                CancellationToken.None
            )
        )
            .Should()
            .Be(SampleApplication.Succeeded);
        report.ImportTotals!.Created.Should().Be(38);
        report.ImportTotals.ChecksCompleted.Should().Be(57);

        await using var provider = await SampleProvider.StartAsync();
        var again = new CapturedReport();
        (
            await SampleApplication.ImportAsync(
                mailbox,
                SampleMailbox.OwnDomainList,
                kept.Choice,
                provider,
                again,
                CancellationToken.None
            )
        )
            .Should()
            .Be(SampleApplication.Succeeded);
        again.ImportTotals!.Created.Should().Be(0);
        provider.Simulator!.Calls.Should().Be(0);

        // And the main job finds the same people.
        var main = new CapturedReport();
        (await SampleApplication.RunAsync(kept.Choice, provider, main, CancellationToken.None))
            .Should()
            .Be(SampleApplication.Succeeded);
        provider.Simulator.Calls.Should().Be(0);
    }

    private static Func<CustomerCommands, Task<bool>> Done(Func<CustomerCommands, Task> command) =>
        async commands =>
        {
            await command(commands);
            return true;
        };
}
