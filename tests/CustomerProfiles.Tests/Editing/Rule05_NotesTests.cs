namespace CustomerProfiles.Tests.Editing;

public sealed class Rule05_NotesTests
{
    [Fact]
    public async Task Notes_have_any_number_of_lines_and_are_shown_in_the_sidebar()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync();
        const string notes = "First line\n\n\t- an indented one\nLast line \U0001F600";

        (await host.EditAsync(ada, edit => edit.Notes = notes)).Notes.Should().Be(notes);

        var view = (await host.Profiles.GetSidebarAsync(ada.Id))!;
        view.Profile.Notes.Should().Be(notes);
        view.Notes.Values.Select(value => value.Text).Should().Equal(notes);
    }

    [Theory]
    [InlineData("one\r\ntwo")]
    [InlineData("one\rtwo")]
    [InlineData("one\ntwo\r\n")]
    [InlineData("  one\r\ntwo  ")]
    public async Task Line_ends_have_one_form_whatever_the_browser_sends(string notes)
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync();

        var saved = await host.EditAsync(ada, edit => edit.Notes = notes);

        saved.Notes.Should().Be("one\ntwo");
        var again = saved.Edit(ProfileFixture.Lee);
        again.Notes = "one\r\ntwo";
        again.IsEmpty.Should().BeTrue("it is the same text");
    }

    [Fact]
    public async Task Notes_of_a_million_characters_are_rejected_with_the_limit()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync();

        var error = (await host.RejectedAsync(ada, edit => edit.Notes = new string('n', 1_000_000))).Errors.Single();

        error.Field.Should().Be(ProfileField.Notes);
        error.Code.Should().Be(FieldErrorCode.TooLong);
        error.Limit.Should().Be(20_000);
        error.Message.Should().Contain("20000");
    }

    [Fact]
    public async Task Notes_up_to_the_limit_are_saved_and_one_more_is_not()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync();
        var longest = string.Concat(Enumerable.Repeat("\U0001F44D\U0001F3FD", 20_000));

        (await host.EditAsync(ada, edit => edit.Notes = longest))
            .Notes.Should()
            .Be(longest, "a thumb with a skin tone is one character to whoever types it");
        (await host.RejectedAsync(ada, edit => edit.Notes = longest + "x"))
            .Errors.Single()
            .Code.Should()
            .Be(FieldErrorCode.TooLong);
    }

    [Fact]
    public async Task Only_an_agent_writes_notes()
    {
        await using var host = new ProfileFixture();
        var ada = await host.EditAsync(await host.CreateAsync(), edit => edit.Notes = "Typed");

        await host.ReceiveAsync("Ada <ada@example.com>");
        await host.ComposeAsync("Ada <ada@example.com>");

        (await host.ReadAsync(ada)).Find(ProfileField.Notes).Should().BeSameAs(ada.Find(ProfileField.Notes));
    }
}
