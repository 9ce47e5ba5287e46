using CustomerProfiles.Databases.TestSupport;

namespace CustomerProfiles.Sample.Tests;

/// <summary>The commands 'history' and 'revert', in memory and in a file, and once on a server.</summary>
public sealed class HistoryCommandsTests
{
    public static TheoryData<bool> Stores => [true, false];

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task History_shows_pages_of_changes_newest_first(bool inMemory)
    {
        await using var scene = await StartAsync(inMemory);
        var none = await ShowHistoryAsync(scene, new HistoryQuery());
        foreach (var company in (string[])["One", "Two", "Three"])
        {
            await scene.EditAsync(edit => edit.Company = company);
        }

        var newest = await ShowHistoryAsync(scene, new HistoryQuery { PageSize = 2 });
        var rest = await ShowHistoryAsync(scene, new HistoryQuery { Before = 2 });

        none.Histories.Single().Entries.Should().BeEmpty();
        none.Notes.Should().Equal("Nothing has changed since the customer was created.");
        newest.Histories.Single().Entries.Select(entry => entry.Number).Should().Equal(3, 2);
        newest.Notes.Should().Equal("There are more. Use --before 2 to show the next page.");
        rest.Histories.Single().Entries.Select(entry => entry.Number).Should().Equal(1);
        rest.Notes.Should().Equal("No earlier change is kept.");
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task All_commands_of_an_agent_are_by_one_agent_in_the_history(bool inMemory)
    {
        await using var scene = await StartAsync(inMemory);
        await scene.RunAsync(commands =>
            commands.EditAsync(CommandScene.Ada, new EditRequest([(ProfileField.Notes, "x")], [], []), default)
        );
        await scene.RevertAsync(1);
        await scene.RunAsync(commands => commands.SuppressAsync(CommandScene.Ada, default));
        await scene.RunAsync(commands => commands.UnsuppressAsync(CommandScene.Ada, default));

        var entries = (await scene.HistoryAsync()).Entries;

        entries
            .Select(entry => entry.Kind)
            .Should()
            .Equal(HistoryKind.Unsuppression, HistoryKind.Suppression, HistoryKind.Revert, HistoryKind.Edit);
        entries.Should().OnlyContain(entry => entry.By.By == "console" && entry.By.Source == ProvenanceSource.Agent);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Revert_changes_nothing_until_it_is_confirmed(bool inMemory)
    {
        await using var scene = await StartAsync(inMemory);
        await scene.EditAsync(edit => edit.Company = "Analytical Engines");
        await scene.EditAsync(edit => edit.Company = "Babbage & Co.");
        var before = await scene.ReadAsync();

        var shown = await scene.RevertAsync(2, isConfirmed: false);
        var unconfirmed = await scene.ReadAsync();
        var confirmed = await scene.RevertAsync(2);

        shown.Succeeded.Should().BeTrue();
        shown.Report.Notes.Should().Equal("Nothing is saved yet. To save it, add --yes.");
        ChangesOf(shown.Report).Should().Equal(("company", "Babbage & Co.", "Analytical Engines"));
        unconfirmed.Version.Should().Be(before.Version);
        confirmed.Succeeded.Should().BeTrue();
        confirmed.Report.Notes.Should().Equal("Saved.");
        confirmed.Report.Sidebars.Single().Profile.Company.Should().Be("Analytical Engines");
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Revert_of_everything_since_takes_later_changes_back_too(bool inMemory)
    {
        await using var scene = await StartAsync(inMemory);
        await scene.EditAsync(edit => edit.Company = "Analytical Engines");
        await scene.EditAsync(edit => edit.Company = "Babbage & Co.");
        await scene.EditAsync(edit => edit.Phones.Add(new PhoneNumber("+44 20 7946 0123", "work")));

        var reverted = await scene.RevertAsync(2, RevertScope.EverythingSince);

        reverted.Succeeded.Should().BeTrue();
        ChangesOf(reverted.Report)
            .Should()
            .BeEquivalentTo([
                ("company", "Babbage & Co.", "Analytical Engines"),
                ("phones", "+44 20 7946 0123 (work)", null),
            ]);
        var profile = await scene.ReadAsync();
        (profile.Company, profile.Phones.Length).Should().Be(("Analytical Engines", 0));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Revert_leaves_a_field_that_was_changed_since_and_takes_the_rest_back(bool inMemory)
    {
        await using var scene = await StartAsync(inMemory);
        await scene.EditAsync(edit => (edit.Company, edit.JobTitle) = ("Analytical Engines", "Analyst"));
        await scene.EditAsync(edit => edit.Company = "Babbage & Co.");

        var reverted = await scene.RevertAsync(1);

        reverted.Succeeded.Should().BeTrue();
        reverted.Report.Reverts.Single().Conflicts.Single().Field.Should().Be(ProfileField.Company);
        ChangesOf(reverted.Report).Should().Equal(("job-title", "Analyst", null));
        var profile = await scene.ReadAsync();
        (profile.Company, profile.JobTitle).Should().Be(("Babbage & Co.", null));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Revert_of_a_change_whose_every_field_was_changed_since_saves_nothing_and_fails(bool inMemory)
    {
        await using var scene = await StartAsync(inMemory);
        await scene.EditAsync(edit => edit.Company = "Analytical Engines");
        await scene.EditAsync(edit => edit.Company = "Babbage & Co.");
        var before = await scene.ReadAsync();

        var reverted = await scene.RevertAsync(1);

        reverted.Succeeded.Should().BeFalse();
        reverted.Report.Notes.Should().ContainSingle().Which.Should().StartWith("Nothing is saved");
        (await scene.ReadAsync()).Version.Should().Be(before.Version);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_value_that_was_removed_from_the_history_is_reported_and_cannot_be_taken_back(bool inMemory)
    {
        await using var scene = await StartAsync(inMemory);
        await scene.EditAsync(edit => edit.Notes = "Personal.");
        await scene.EditAsync(edit => edit.Notes = null);
        await scene.Profiles.History.RedactAsync((await scene.ReadAsync()).Id, ProfileField.Notes);

        var history = await ShowHistoryAsync(scene, new HistoryQuery());
        var reverted = await scene.RevertAsync(2);

        history.Histories.Single().Entries.SelectMany(entry => entry.Values).Should().OnlyContain(one => one.IsRemoved);
        reverted.Succeeded.Should().BeFalse();
        reverted.Report.Reverts.Single().Removed.Should().Equal(ProfileField.Notes);
        (await scene.ReadAsync()).Notes.Should().BeNull();
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_change_that_is_not_in_the_history_is_bad_input(bool inMemory)
    {
        await using var scene = await StartAsync(inMemory);
        await scene.EditAsync(edit => edit.Notes = "x");

        foreach (var number in (long[])[0, 2, long.MaxValue])
        {
            (await FluentActions.Awaiting(() => scene.RevertAsync(number)).Should().ThrowAsync<BadInputException>())
                .Which.Message.Should()
                .Contain($"no change {number}")
                .And.Contain("'history'");
        }
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Revert_of_a_suppression_changes_nothing_and_names_the_command_for_it(bool inMemory)
    {
        await using var scene = await StartAsync(inMemory);
        await scene.RunAsync(commands => commands.SuppressAsync(CommandScene.Ada, default));

        var reverted = await scene.RevertAsync(1);

        reverted.Succeeded.Should().BeTrue();
        reverted.Report.Notes.Should().ContainSingle().Which.Should().Contain("'unsuppress'");
        (await scene.Profiles.GetSidebarAsync((await scene.ReadAsync()).Id))!.IsSuppressed.Should().BeTrue();
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Revert_that_adds_an_address_of_another_customer_is_not_saved(bool inMemory)
    {
        await using var scene = await StartAsync(inMemory);
        var second = new ProfileEmail(EmailAddress.Parse("ada@example.org"));
        await scene.EditAsync(edit => edit.Emails.Add(second));
        await scene.EditAsync(edit => edit.Emails.Remove(second));
        var other = await scene.Profiles.ConversationReceivedAsync(
            new Conversation("2", second.Text, (await scene.ReadAsync()).UpdatedAt)
        );

        var reverted = await scene.RevertAsync(2);

        reverted.Succeeded.Should().BeFalse();
        ChangesOf(reverted.Report).Should().Equal(("emails", null, second.Text));
        reverted.Report.Notes.Should().ContainSingle().Which.Should().Contain(other.Profile!.Id.ToString());
    }

    [PostgreSqlFact]
    public async Task History_and_revert_work_on_a_server()
    {
        await using var database = await (await PostgreSqlServer.SharedAsync()).CreateDatabaseAsync();
        await using var scene = await CommandScene.StartAsync(_ => new StoreChoice(
            PostgreSql: database.ConnectionString
        ));
        await scene.EditAsync(edit => edit.Company = "Analytical Engines");
        await scene.EditAsync(edit => edit.Company = "Babbage & Co.");

        var reverted = await scene.RevertAsync(2);
        var history = await ShowHistoryAsync(scene, new HistoryQuery());

        reverted.Report.Sidebars.Single().Profile.Company.Should().Be("Analytical Engines");
        history
            .Histories.Single()
            .Entries.Select(entry => (entry.Number, entry.Kind, entry.By.By))
            .Should()
            .Equal((3, HistoryKind.Revert, "console"), (2, HistoryKind.Edit, "lee"), (1, HistoryKind.Edit, "lee"));
    }

    private static Task<CommandScene> StartAsync(bool inMemory) =>
        CommandScene.StartAsync(folder => inMemory ? new StoreChoice(InMemory: true) : folder.Choice);

    private static Task<CapturedReport> ShowHistoryAsync(CommandScene scene, HistoryQuery query) =>
        scene.RunAsync(commands => commands.HistoryAsync(CommandScene.Ada, query, default));

    private static IEnumerable<(string Field, string? Before, string? After)> ChangesOf(CapturedReport report) =>
        DraftedChange
            .Of(report.Reverts.Single().Edit)
            .Select(change => (change.Field.Code, change.Before, change.After));
}
