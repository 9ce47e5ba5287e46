namespace CustomerProfiles.Sample.Tests;

/// <summary>The main job, from the bundled mailbox to the last sidebar, over real HTTP to the simulator.</summary>
public sealed class MainJobTests
{
    private static readonly StoreChoice InMemory = new(InMemory: true);

    [Fact]
    public async Task The_totals_agree_with_the_independent_count_and_every_step_succeeds()
    {
        var report = new CapturedReport();

        var exitCode = await SampleApplication.RunAsync(InMemory, report, CancellationToken.None);

        report.Figures.Where(figure => !figure.Agrees).Should().BeEmpty();
        report.Steps.Where(step => !step.Passed).Should().BeEmpty();
        report.Steps.Should().HaveCount(17);
        report.Sidebars.Should().HaveCount(4);
        exitCode.Should().Be(SampleApplication.Succeeded);
    }

    [Fact]
    public async Task The_support_case_ends_a_mistake_by_a_revert_that_the_history_shows()
    {
        var report = new CapturedReport();

        await SampleApplication.RunAsync(InMemory, report, CancellationToken.None);

        var entries = report.Histories.Should().ContainSingle().Subject.Entries;
        entries
            .Select(entry => (entry.Kind, entry.By.By))
            .Should()
            .Equal((HistoryKind.Revert, "kim"), (HistoryKind.Edit, "ravi"));
        var (revert, edit) = (entries[0].Values.Single(), entries[1].Values.Single());
        edit.Field.Should().Be(ProfileField.Notes);
        edit.After!.Text.Should().NotBe(edit.Before!.Text);
        revert.Before!.Text.Should().Be(edit.After.Text);
        revert.After!.Text.Should().Be(edit.Before.Text).And.Be(report.Sidebars[^1].Profile.Notes);
    }

    [Fact]
    public async Task The_support_case_previews_a_merge_of_two_customers_who_are_two_again_at_the_end()
    {
        var report = new CapturedReport();

        await SampleApplication.RunAsync(InMemory, report, CancellationToken.None);

        var preview = report.MergePreviews.Should().ContainSingle().Subject;
        var (newcomer, priya) = ("priya.raman+off@example.org", "priya.raman@example.org");
        AddressesOf(preview.From).Should().Equal(newcomer);
        AddressesOf(preview.Into).Should().Equal(priya);
        AddressesOf(preview.Result).Should().Equal(priya, newcomer);
        report
            .Steps[^4..^1]
            .Select(step => step.Result)
            .Should()
            .Equal(
                "A preview. Nothing is written.",
                "As in the preview. Both addresses, and the newcomer's id, lead to Priya.",
                "Each is as before, with their own address, and Priya is not suggested again."
            );

        static IEnumerable<string> AddressesOf(CustomerProfile profile) =>
            profile.Emails.Select(email => email.Address.Value);
    }

    [Fact]
    public async Task The_support_case_suggests_the_customer_with_the_same_address_before_it_merges()
    {
        var report = new CapturedReport();

        await SampleApplication.RunAsync(InMemory, report, CancellationToken.None);

        var suggestion = report.AllDuplicates.Should().ContainSingle().Which.Should().ContainSingle().Subject;
        suggestion.Profile.Id.Should().Be(report.MergePreviews.Single().Into.Id);
        suggestion.Reasons.Should().Equal(DuplicateReason.EmailAddress);
    }

    [Fact]
    public async Task The_support_case_ends_with_the_events_of_the_two_customers_in_order()
    {
        var report = new CapturedReport();

        await SampleApplication.RunAsync(InMemory, report, CancellationToken.None);

        var preview = report.MergePreviews.Single();
        var newcomer = report.Events.Where(received => received.CustomerId == preview.From.Id).ToArray();
        newcomer
            .Select(received => (received.Sequence, received.Kind))
            .Should()
            .Equal((1, CustomerEventKind.Created), (2, CustomerEventKind.MergedAway), (3, CustomerEventKind.Unmerged));
        newcomer[1..].Should().OnlyContain(received => received.OtherCustomerId == preview.Into.Id);
        var priya = report.Events.Where(received => received.CustomerId == preview.Into.Id).ToArray();
        priya[^2..]
            .Select(received => received.Kind)
            .Should()
            .Equal(CustomerEventKind.Merged, CustomerEventKind.Unmerged);
        priya
            .Select(received => received.Sequence)
            .Should()
            .Equal(Enumerable.Range(1, priya.Length).Select(n => (long)n));
        report.Events.Should().HaveCount(newcomer.Length + priya.Length);
    }

    [Fact]
    public async Task A_differing_figure_fails_the_run()
    {
        var report = new CapturedReport { DisagreesWithEveryFigure = true };

        (await SampleApplication.RunAsync(InMemory, report, CancellationToken.None))
            .Should()
            .Be(SampleApplication.Failed);
    }

    [Fact]
    public async Task A_cancelled_run_throws()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        var run = () => SampleApplication.RunAsync(InMemory, new CapturedReport(), cancelled.Token);

        await run.Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task A_missing_file_or_one_that_is_no_mailbox_is_bad_input()
    {
        var none = new FileInfo(Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N")));
        await FluentActions
            .Awaiting(() =>
                SampleApplication.ImportAsync(none, [], InMemory, new CapturedReport(), CancellationToken.None)
            )
            .Should()
            .ThrowAsync<FileNotFoundException>();

        await File.WriteAllTextAsync(none.FullName, "This is a letter.\nIt is no mailbox.\n");
        try
        {
            (await SampleApplication.ImportAsync(none, [], InMemory, new CapturedReport(), CancellationToken.None))
                .Should()
                .Be(SampleApplication.BadInput);
        }
        finally
        {
            none.Delete();
        }
    }
}
