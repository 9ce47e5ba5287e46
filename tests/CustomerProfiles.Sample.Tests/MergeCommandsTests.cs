using System.Text.Json;
using CustomerProfiles.Databases.TestSupport;
using NodaTime;

namespace CustomerProfiles.Sample.Tests;

/// <summary>The commands for merging and exporting, in memory and in a file, and once on a server.</summary>
public sealed class MergeCommandsTests
{
    private const string Byron = "ada.byron@example.org";
    private const string King = "ada.king@example.net";
    private const string Unknown = "01911111-1111-7111-8111-111111111111";

    public static TheoryData<bool> Stores => [true, false];

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Merge_writes_nothing_until_it_is_confirmed(bool inMemory)
    {
        await using var scene = await StartAsync(inMemory);
        var (ada, byron) = (await scene.ReadAsync(), await scene.ReadAsync(Byron));

        var shown = await MergeAsync(scene, Byron, CommandScene.Ada, isConfirmed: false);

        shown.Succeeded.Should().BeTrue();
        var preview = shown.Report.MergePreviews.Should().ContainSingle().Subject;
        (preview.From.Id, preview.Into.Id).Should().Be((byron.Id, ada.Id));
        shown.Report.Merges.Should().BeEmpty();
        shown.Report.Notes.Should().Equal("Nothing is merged yet. To merge them, add --yes.");
        (await scene.ReadAsync()).Version.Should().Be(ada.Version);
        (await scene.ReadAsync(Byron)).Id.Should().Be(byron.Id);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Merge_makes_one_customer_as_in_the_preview(bool inMemory)
    {
        await using var scene = await StartAsync(inMemory);
        await scene.EditAsync(edit => edit.Company = "Analytical Engines");
        await scene.EditAsync(Byron, edit => (edit.Company, edit.JobTitle) = ("Babbage & Co.", "Analyst"));
        var ada = await scene.ReadAsync();

        var merged = await MergeAsync(scene, Byron, CommandScene.Ada);

        merged.Succeeded.Should().BeTrue();
        merged.Report.Notes.Should().BeEmpty();
        var profile = merged.Report.Sidebars.Single().Profile;
        profile.Id.Should().Be(ada.Id);
        (profile.Company, profile.JobTitle).Should().Be(("Analytical Engines", "Analyst"));
        profile.Emails.Select(email => email.Text).Should().Equal(CommandScene.Ada, Byron);
        profile.Values.Should().Equal(merged.Report.MergePreviews.Single().Result.Values);
        (await scene.ReadAsync(Byron)).Id.Should().Be(ada.Id);
        (await scene.Profiles.Merging.GetMergesAsync(ada.Id))
            .Select(merge => (merge.Id, merge.By))
            .Should()
            .Equal((merged.Report.Merges.Single(), "console"));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Merge_into_an_absorbed_id_is_into_the_customer_who_stays(bool inMemory)
    {
        await using var scene = await StartAsync(inMemory);
        var (ada, byron, king) = (await scene.ReadAsync(), await scene.ReadAsync(Byron), await scene.AddAsync(King));
        await MergeAsync(scene, $"{byron.Id}", $"{ada.Id}");

        var merged = await MergeAsync(scene, $"{king.Id}", $"{byron.Id}");

        merged.Succeeded.Should().BeTrue();
        merged.Report.MergePreviews.Single().Into.Id.Should().Be(ada.Id);
        (await scene.ReadAsync(King)).Id.Should().Be(ada.Id);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Every_command_with_an_absorbed_id_is_about_the_customer_who_stays(bool inMemory)
    {
        await using var scene = await StartAsync(inMemory);
        var (ada, byron) = (await scene.ReadAsync(), $"{(await scene.ReadAsync(Byron)).Id}");
        await MergeAsync(scene, byron, CommandScene.Ada);
        var merge = (await scene.Profiles.Merging.GetMergesAsync(ada.Id)).Single();
        var edit = new EditRequest([(ProfileField.Notes, "x")], [], []);
        using var folder = new KeptProfiles();
        var file = new FileInfo(folder.PathOf("export.json"));

        async Task<CapturedReport> RunAsync(Func<CustomerCommands, Task> command)
        {
            var report = await scene.RunAsync(command);
            report
                .Notes.Should()
                .HaveElementAt(
                    0,
                    $"This customer was merged into {ada.Id} on {DecisionText.Of(merge.At)}. To undo it: unmerge "
                        + merge.Id
                );
            report.Sidebars.Should().NotContain(view => view.Profile.Id != ada.Id);
            return report;
        }

        (await RunAsync(commands => commands.ShowAsync(byron, default))).Sidebars.Should().ContainSingle();
        (await RunAsync(commands => commands.EditAsync(byron, edit, default)))
            .Sidebars.Single()
            .Profile.Notes.Should()
            .Be("x");
        var number = (
            await RunAsync(commands => commands.HistoryAsync(byron, new HistoryQuery { PageSize = 1 }, default))
        )
            .Histories.Single()
            .Entries.Single()
            .Number;
        (await RunAsync(commands => commands.RevertAsync(byron, number, RevertScope.OneChange, true, default)))
            .Sidebars.Single()
            .Profile.Notes.Should()
            .BeNull();
        await RunAsync(commands => commands.ClearPhotoAsync(byron, default));
        await RunAsync(commands => commands.ResetPhotoAsync(byron, default));
        await RunAsync(commands => commands.CheckNowAsync(byron, CustomerCommands.Provider, default));
        (await RunAsync(commands => commands.SuppressAsync(byron, default)))
            .Sidebars.Single()
            .IsSuppressed.Should()
            .BeTrue();
        (await RunAsync(commands => commands.UnsuppressAsync(byron, default)))
            .Sidebars.Single()
            .IsSuppressed.Should()
            .BeFalse();
        (await RunAsync(commands => commands.Merging.ListAsync(byron, default)))
            .ListedMerges.Should()
            .ContainSingle()
            .Which.Into.Should()
            .Be(ada.Id);
        await RunAsync(commands => commands.ExportAsync(byron, file, default));
        CustomerIn(file).Should().Be($"{ada.Id}");
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_customer_who_was_absorbed_is_not_merged_again(bool inMemory)
    {
        await using var scene = await StartAsync(inMemory);
        var (ada, byron, king) = (await scene.ReadAsync(), await scene.ReadAsync(Byron), await scene.AddAsync(King));
        var merge = (await MergeAsync(scene, Byron, CommandScene.Ada)).Report.Merges.Single();

        foreach (var into in (CustomerId[])[ada.Id, king.Id])
        {
            var again = await MergeAsync(scene, $"{byron.Id}", $"{into}");

            again.Succeeded.Should().BeFalse();
            again.Report.MergePreviews.Should().BeEmpty();
            again
                .Report.Notes.Should()
                .Equal(
                    $"Not merged: the first customer was merged into {ada.Id} already. To undo that: unmerge {merge}"
                );
        }

        (await scene.Profiles.Merging.GetMergesAsync(ada.Id)).Should().ContainSingle();
        (await scene.ReadAsync(King)).Version.Should().Be(king.Version);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_customer_is_not_merged_with_themselves(bool inMemory)
    {
        await using var scene = await StartAsync(inMemory);
        var ada = $"{(await scene.ReadAsync()).Id}";
        await MergeAsync(scene, Byron, CommandScene.Ada);

        foreach (var (from, into) in new[] { (ada, ada), (ada, CommandScene.Ada), (Byron, CommandScene.Ada) })
        {
            (
                await FluentActions
                    .Awaiting(() => MergeAsync(scene, from, into))
                    .Should()
                    .ThrowAsync<BadInputException>()
            ).WithMessage("Both are the same customer.*");
        }
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Merge_says_which_of_the_two_customers_is_unknown(bool inMemory)
    {
        await using var scene = await StartAsync(inMemory);

        foreach (var nobody in (string[])[Unknown, "nobody@example.org"])
        {
            foreach (
                var (from, into, which) in new[]
                {
                    (nobody, CommandScene.Ada, "first"),
                    (CommandScene.Ada, nobody, "second"),
                }
            )
            {
                (
                    await FluentActions
                        .Awaiting(() => MergeAsync(scene, from, into))
                        .Should()
                        .ThrowAsync<BadInputException>()
                ).WithMessage($"*no such customer here: the {which} one.");
            }
        }
    }

    [Fact]
    public async Task Nothing_is_merged_when_one_of_the_two_changes_after_the_preview()
    {
        await using var scene = await StartAsync(inMemory: true);
        var byron = await scene.ReadAsync(Byron);
        var report = new CapturedReport
        {
            OnMergePreview = _ => scene.EditAsync(edit => edit.Notes = "x").GetAwaiter().GetResult(),
        };

        var merged = await MergeAsync(scene, Byron, CommandScene.Ada, report: report);

        merged.Succeeded.Should().BeFalse();
        report
            .Notes.Should()
            .Equal("Not merged: others changed one of the two at the same time. Run the command again.");
        (await scene.ReadAsync(Byron)).Id.Should().Be(byron.Id);
    }

    [Fact]
    public async Task Nothing_is_merged_when_another_absorbs_the_customer_after_the_preview()
    {
        await using var scene = await StartAsync(inMemory: true);
        var king = await scene.AddAsync(King);
        var report = new CapturedReport
        {
            OnMergePreview = _ => MergeAsync(scene, Byron, King).GetAwaiter().GetResult(),
        };

        var merged = await MergeAsync(scene, Byron, CommandScene.Ada, report: report);

        merged.Succeeded.Should().BeFalse();
        report
            .Notes.Should()
            .ContainSingle()
            .Which.Should()
            .StartWith($"Not merged: the first customer was merged into {king.Id} already.");
        (await scene.ReadAsync(Byron)).Id.Should().Be(king.Id);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Unmerge_makes_two_customers_who_are_as_before(bool inMemory)
    {
        await using var scene = await StartAsync(inMemory);
        await scene.EditAsync(edit => (edit.Company, edit.Notes) = ("Analytical Engines", "Mornings."));
        await scene.EditAsync(Byron, edit => (edit.Company, edit.Notes) = ("Babbage & Co.", "Evenings."));
        var (ada, byron) = (await scene.ReadAsync(), await scene.ReadAsync(Byron));
        var merge = (await MergeAsync(scene, Byron, CommandScene.Ada)).Report.Merges.Single();

        var undone = await UnmergeAsync(scene, merge);

        undone.Succeeded.Should().BeTrue();
        undone.Report.Notes.Should().BeEmpty();
        var outcome = undone.Report.Unmerges.Single();
        outcome.Unsplit.Should().BeEmpty();
        outcome.NotReturned.Should().BeEmpty();
        undone.Report.Sidebars.Select(view => view.Profile.Id).Should().Equal(ada.Id, byron.Id);
        (await scene.ReadAsync()).Values.Should().Equal(ada.Values);
        (await scene.ReadAsync(Byron)).Values.Should().Equal(byron.Values);
        (await scene.ReadAsync(Byron)).Id.Should().Be(byron.Id);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Unmerge_reports_what_was_changed_and_removed_since(bool inMemory)
    {
        await using var scene = await StartAsync(inMemory);
        var second = new ProfileEmail(King);
        await scene.EditAsync(Byron, edit => edit.Company = "Babbage & Co.");
        await scene.EditAsync(Byron, edit => edit.Emails.Add(second));
        var merge = (await MergeAsync(scene, Byron, CommandScene.Ada)).Report.Merges.Single();
        await scene.EditAsync(edit => edit.Company = "Analytical Engines");
        await scene.EditAsync(edit => edit.Emails.Remove(second));

        var outcome = (await UnmergeAsync(scene, merge)).Report.Unmerges.Single();

        outcome
            .Unsplit.Select(value => (value.Field, value.Text))
            .Should()
            .Equal((ProfileField.Company, "Analytical Engines"));
        outcome.NotReturned.Should().Equal(Identity.Email(EmailAddress.Parse(King)));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_merge_is_not_undone_twice(bool inMemory)
    {
        await using var scene = await StartAsync(inMemory);
        var merge = (await MergeAsync(scene, Byron, CommandScene.Ada)).Report.Merges.Single();
        await UnmergeAsync(scene, merge);
        var byron = await scene.ReadAsync(Byron);

        var again = await UnmergeAsync(scene, merge);

        again.Succeeded.Should().BeFalse();
        again.Report.Notes.Should().Equal("Not undone: the merge is undone already.");
        (await scene.ReadAsync(Byron)).Version.Should().Be(byron.Version);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_merge_before_another_one_is_undone_after_that_one(bool inMemory)
    {
        await using var scene = await StartAsync(inMemory);
        var byron = await scene.ReadAsync(Byron);
        await scene.AddAsync(King);
        var first = (await MergeAsync(scene, Byron, CommandScene.Ada)).Report.Merges.Single();
        var later = (await MergeAsync(scene, CommandScene.Ada, King)).Report.Merges.Single();

        var refused = await UnmergeAsync(scene, first);
        var undone = await UnmergeAsync(scene, later);
        var then = await UnmergeAsync(scene, first);

        refused.Succeeded.Should().BeFalse();
        refused
            .Report.Notes.Should()
            .ContainSingle()
            .Which.Should()
            .StartWith("Not undone:")
            .And.EndWith($"First undo that merge: unmerge {later}");
        (undone.Succeeded, then.Succeeded).Should().Be((true, true));
        (await scene.ReadAsync(Byron)).Id.Should().Be(byron.Id);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_merge_that_is_too_old_is_not_undone(bool inMemory)
    {
        await using var scene = await StartAsync(inMemory);
        var ada = await scene.ReadAsync();
        var merge = (await MergeAsync(scene, Byron, CommandScene.Ada)).Report.Merges.Single();
        scene.Clock.MoveTo(scene.Clock.Now + Duration.FromDays(91));

        var refused = await UnmergeAsync(scene, merge);

        refused.Succeeded.Should().BeFalse();
        refused.Report.Notes.Should().ContainSingle().Which.Should().StartWith("Not undone: the merge is too old.");
        (await scene.ReadAsync(Byron)).Id.Should().Be(ada.Id);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Unmerge_of_what_is_no_merge_is_bad_input(bool inMemory)
    {
        await using var scene = await StartAsync(inMemory);

        foreach (var text in (string[])["", "1", "00000000-0000-0000-0000-000000000000", CommandScene.Ada])
        {
            (await Unmerging(text).Should().ThrowAsync<BadInputException>()).WithMessage("*not the id of a merge.*");
        }

        foreach (var text in (string[])[Unknown, $"{(await scene.ReadAsync()).Id}"])
        {
            (await Unmerging(text).Should().ThrowAsync<BadInputException>()).WithMessage(
                "There is no such merge here.*"
            );
        }

        Func<Task> Unmerging(string text) =>
            () => scene.RunAsync(commands => commands.Merging.UnmergeAsync(text, default));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Merges_lists_the_merges_that_were_not_undone_newest_first(bool inMemory)
    {
        await using var scene = await StartAsync(inMemory);
        var (ada, byron, king) = (await scene.ReadAsync(), await scene.ReadAsync(Byron), await scene.AddAsync(King));
        var none = await scene.RunAsync(commands => commands.Merging.ListAsync(CommandScene.Ada, default));
        var first = (await MergeAsync(scene, Byron, CommandScene.Ada)).Report.Merges.Single();
        scene.Clock.MoveTo(scene.Clock.Now + Duration.FromMinutes(1));
        var second = (await MergeAsync(scene, King, CommandScene.Ada)).Report.Merges.Single();

        var both = await scene.RunAsync(commands => commands.Merging.ListAsync(CommandScene.Ada, default));
        await UnmergeAsync(scene, second);
        var one = await scene.RunAsync(commands => commands.Merging.ListAsync(CommandScene.Ada, default));

        none.ListedMerges.Should().BeEmpty();
        none.Notes.Should().Equal("Nobody was merged into this customer.");
        both.ListedMerges.Select(merge => (merge.Id, merge.From, merge.Into, merge.By))
            .Should()
            .Equal((second, king.Id, ada.Id, "console"), (first, byron.Id, ada.Id, "console"));
        both.Notes.Should().Equal("2 in all.");
        one.ListedMerges.Select(merge => merge.Id).Should().Equal(first);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Revert_of_a_merge_names_the_command_that_undoes_it(bool inMemory)
    {
        await using var scene = await StartAsync(inMemory);
        await scene.EditAsync(edit => edit.Notes = "x");
        var merge = (await MergeAsync(scene, Byron, CommandScene.Ada)).Report.Merges.Single();
        var ofMerge = (await scene.HistoryAsync()).Entries[0].Number;
        await UnmergeAsync(scene, merge);
        var ofUnmerge = (await scene.HistoryAsync()).Entries[0].Number;
        var before = await scene.ReadAsync();

        foreach (
            var (entry, scope) in new[]
            {
                (ofMerge, RevertScope.OneChange),
                (ofUnmerge, RevertScope.OneChange),
                (1L, RevertScope.EverythingSince),
            }
        )
        {
            (
                await FluentActions
                    .Awaiting(() => scene.RevertAsync(entry, scope))
                    .Should()
                    .ThrowAsync<BadInputException>()
            ).WithMessage($"Change {entry} cannot be taken back in this way*'unmerge'*");
        }

        (await scene.ReadAsync()).Version.Should().Be(before.Version);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Export_creates_a_file_and_replaces_none(bool inMemory)
    {
        await using var scene = await StartAsync(inMemory);
        using var folder = new KeptProfiles();
        var file = new FileInfo(folder.PathOf("ada.json"));
        var ada = await scene.ReadAsync();

        var report = await scene.RunAsync(commands => commands.ExportAsync(CommandScene.Ada, file, default));
        var again = () => scene.RunAsync(commands => commands.ExportAsync(Byron, file, default));

        report.Notes.Should().Equal($"Everything that is held about {ada.Id} is in ada.json.");
        await again.Should().ThrowAsync<IOException>();
        CustomerIn(file).Should().Be($"{ada.Id}");
    }

    [PostgreSqlFact]
    public async Task Merge_unmerge_and_export_work_on_a_server()
    {
        await using var database = await (await PostgreSqlServer.SharedAsync()).CreateDatabaseAsync();
        await using var scene = await CommandScene.StartAsync(_ => new StoreChoice(
            PostgreSql: database.ConnectionString
        ));
        using var folder = new KeptProfiles();
        var file = new FileInfo(folder.PathOf("export.json"));
        var (ada, byron) = (await scene.ReadAsync(), await scene.AddAsync(Byron));

        var merged = await MergeAsync(scene, Byron, CommandScene.Ada);
        await scene.RunAsync(commands => commands.ExportAsync($"{byron.Id}", file, default));
        var undone = await UnmergeAsync(scene, merged.Report.Merges.Single());

        CustomerIn(file).Should().Be($"{ada.Id}");
        undone.Succeeded.Should().BeTrue();
        (await scene.ReadAsync()).Values.Should().Equal(ada.Values);
        (await scene.ReadAsync(Byron)).Values.Should().Equal(byron.Values);
    }

    /// <summary>Starts with Ada, and with a second customer who may be the same person.</summary>
    private static async Task<CommandScene> StartAsync(bool inMemory)
    {
        var scene = await CommandScene.StartAsync(folder => inMemory ? new StoreChoice(InMemory: true) : folder.Choice);
        await scene.AddAsync(Byron);
        return scene;
    }

    private static Task<(bool Succeeded, CapturedReport Report)> MergeAsync(
        CommandScene scene,
        string from,
        string into,
        bool isConfirmed = true,
        CapturedReport? report = null
    ) => scene.RunAsync(commands => commands.Merging.MergeAsync(from, into, isConfirmed, default), report);

    private static Task<(bool Succeeded, CapturedReport Report)> UnmergeAsync(CommandScene scene, MergeId merge) =>
        scene.RunAsync(commands => commands.Merging.UnmergeAsync($"{merge}", default));

    /// <summary>The id of the customer whom an exported document is about.</summary>
    private static string? CustomerIn(FileInfo file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(file.FullName));
        return document.RootElement.GetProperty("customer").GetProperty("id").GetString();
    }
}
