using CustomerProfiles.Browser.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CustomerProfiles.Browser.Tests;

/// <summary>The history in the sidebar, and undoing a change there.</summary>
[Collection(BrowserCollection.Name)]
public sealed class HistoryTests(Chromium browser)
{
    private const string LongNotes = "The first of many letters, ";

    [Fact]
    public async Task The_history_is_loaded_when_it_is_opened_and_says_what_was_changed_by_whom_and_when()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        var id = await desk.ReceiveAsync();
        await desk.SaveAsync(
            id,
            edit =>
            {
                edit.Company = "Engines";
                edit.CaseReference = "HD-42";
            }
        );
        await desk.SaveAsync(id, edit => (edit.Company, edit.Notes) = ("Looms", "<img src=x onerror=alert(1)>"));
        await desk.SaveAsync(id, edit => edit.Clear(ProfileField.JobTitle), "sam");
        var page = await desk.OpenAsync(id);
        var requests = CountRequests(page);
        await page.EvaluateAsync("() => new Promise(requestAnimationFrame)");
        requests().Should().Be(0, "the history is folded");

        await OpenHistoryAsync(page);

        await Expect(page.Change(2)).ToContainTextAsync("Edited");
        await Expect(page.Change(2)).ToContainTextAsync("lee, ");
        await Expect(Difference(page, 2, "company")).ToHaveTextAsync("CompanyBefore: Engines After: Looms");
        await Expect(Difference(page, 2, "notes"))
            .ToHaveTextAsync("NotesBefore: (blank) After: <img src=x onerror=alert(1)>");
        await Expect(Difference(page, 3, "job-title")).ToHaveTextAsync("Job titleBefore: (blank) After: (left blank)");
        await Expect(page.Change(1)).ToContainTextAsync("Case: HD-42");
        requests().Should().Be(1);
        var order = await page.Locator("customer-profile .change")
            .EvaluateAllAsync<string[]>("all => all.map(one => one.dataset.focus)");
        order.Should().Equal("change-3", "change-2", "change-1");
    }

    [Fact]
    public async Task A_removed_entry_and_a_change_that_the_text_does_not_show_are_told_apart()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        var id = await desk.ReceiveAsync();
        var second = new ProfileEmail("countess@example.org");
        await desk.SaveAsync(id, edit => edit.Emails.Add(second));
        await desk.SaveAsync(id, edit => edit.Emails.Remove(second));
        await desk.SaveAsync(id, edit => edit.Name = new PersonName("Ada Lovelace", "Ada", "Lovelace"));
        var page = await desk.OpenAsync(id);

        await OpenHistoryAsync(page);

        await Expect(Difference(page, 2, "emails"))
            .ToHaveTextAsync("E-mail addressesBefore: countess@example.org After: (removed)");
        await Expect(Difference(page, 3, "name"))
            .ToHaveTextAsync("NameBefore: Ada Lovelace After: Ada Lovelace, Ada, Lovelace");
    }

    [Fact]
    public async Task Older_changes_are_shown_20_at_a_time_and_the_focus_goes_to_the_first_of_them()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        var id = await desk.ReceiveAsync();
        for (var i = 1; i <= 41; i++)
        {
            await desk.SaveAsync(id, edit => edit.Notes = $"note {i}");
        }

        var page = await desk.OpenAsync(id);
        await OpenHistoryAsync(page);
        await page.SaysAsync("Changes shown: 20");
        await Expect(page.Locator("customer-profile .change")).ToHaveCountAsync(20);

        await page.Button("Show older").FocusAsync();
        await page.Keyboard.PressAsync("Enter");

        await page.SaysAsync("Changes shown: 40");
        await Expect(page.Change(21)).ToBeFocusedAsync();
        await page.Button("Show older").ClickAsync();
        await page.SaysAsync("Changes shown: 41");
        await Expect(page.Button("Show older")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_change_is_undone_by_keyboard_alone_and_the_focus_returns()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        var id = await desk.ReceiveAsync();
        await desk.SaveAsync(id, edit => edit.Company = "Engines");
        await desk.SaveAsync(id, edit => edit.Company = "Looms");
        await desk.SaveAsync(id, edit => edit.Notes = "Stays");
        var page = await desk.OpenAsync(id);
        await page.Locator("customer-profile [part=history] > summary").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await UndoButton(page, 2).FocusAsync();
        await page.Keyboard.PressAsync("Enter");

        var dialog = page.GetByRole(AriaRole.Dialog, new() { Name = "Undo this change" });
        await Expect(dialog).ToContainTextAsync("This will be changed");
        await Expect(dialog.Locator(".difference")).ToHaveTextAsync("CompanyBefore: Looms After: Engines");
        (await desk.ProfileOfAsync(id)).Company.Should().Be("Looms", "nothing is saved before the agent has seen it");
        await Expect(dialog.GetByRole(AriaRole.Button, new() { Name = "Undo it" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");

        await page.SaysAsync("The change was undone.");
        var profile = await desk.ProfileOfAsync(id);
        (profile.Company, profile.Notes).Should().Be(("Engines", "Stays"));
        await Expect(page.Change(4)).ToContainTextAsync("An earlier change was undone");
        await Expect(page.Change(4)).ToContainTextAsync("kim, ");
        await Expect(UndoButton(page, 2)).ToBeFocusedAsync();
        await Expect(page.Locator("customer-profile [part=role]")).ToHaveTextAsync("Engines");
    }

    [Fact]
    public async Task Escape_closes_the_preview_and_nothing_is_changed()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        var id = await desk.ReceiveAsync();
        await desk.SaveAsync(id, edit => edit.Company = "Engines");
        var page = await desk.OpenAsync(id);
        await OpenHistoryAsync(page);
        await UndoButton(page, 1).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();

        await page.Keyboard.PressAsync("Escape");

        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await Expect(UndoButton(page, 1)).ToBeFocusedAsync();
        (await desk.ProfileOfAsync(id)).Version.Should().Be(2);
    }

    [Theory]
    [InlineData("Before the change", "Engines")]
    [InlineData("Now, by sam", "Wheels")]
    public async Task What_was_changed_again_since_is_shown_with_both_values_and_the_agent_chooses(
        string choice,
        string kept
    )
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        var id = await desk.ReceiveAsync();
        await desk.SaveAsync(id, edit => edit.Company = "Engines");
        await desk.SaveAsync(id, edit => (edit.Company, edit.JobTitle) = ("Looms", "Analyst"));
        await desk.SaveAsync(id, edit => edit.Company = "Wheels", "sam");
        var page = await desk.OpenAsync(id, width: 320);
        await OpenHistoryAsync(page);
        await UndoButton(page, 2).ClickAsync();

        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog.GetByRole(AriaRole.Group)).ToContainTextAsync("The change had set: Looms");
        await Expect(dialog.GetByLabel("Now, by sam")).ToBeCheckedAsync();
        await page.ShouldBeAccessibleAsync();
        await page.PictureAsync($"undo-conflict-{kept}");
        await dialog.GetByLabel(choice).CheckAsync();
        await page.Button("Undo it").ClickAsync();

        await page.SaysAsync("The change was undone.");
        var profile = await desk.ProfileOfAsync(id);
        (profile.Company, profile.JobTitle).Should().Be((kept, null));
    }

    [Fact]
    public async Task What_changes_while_the_preview_is_open_is_shown_again_before_anything_is_saved()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        desk.ExpectedError = "409";
        var id = await desk.ReceiveAsync();
        await desk.SaveAsync(id, edit => edit.Company = "Engines");
        var page = await desk.OpenAsync(id);
        await OpenHistoryAsync(page);
        await UndoButton(page, 1).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog.Locator(".difference")).ToContainTextAsync("Engines");
        await desk.SaveAsync(id, edit => edit.Company = "Looms");

        await page.Button("Undo it").ClickAsync();

        await Expect(dialog.GetByRole(AriaRole.Alert).First).ToContainTextAsync("Something has changed meanwhile.");
        await Expect(dialog.GetByLabel("Now, by lee")).ToBeCheckedAsync();
        (await desk.ProfileOfAsync(id)).Company.Should().Be("Looms");
        await dialog.GetByLabel("Before the change").CheckAsync();
        await page.Button("Undo it").ClickAsync();
        await page.SaysAsync("The change was undone.");
        (await desk.ProfileOfAsync(id)).Company.Should().BeNull();
    }

    [Fact]
    public async Task What_stays_as_it_is_is_named_with_the_reason()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        var id = await desk.ReceiveAsync();
        await desk.DrainAsync();
        var filled = (await desk.Profiles.History.GetAsync(id))!.Entries[0];
        filled.Values.Should().Contain(value => value.Field == ProfileField.Location);
        await desk.SaveAsync(id, edit => edit.Notes = "Secret");
        await desk.Profiles.History.RedactAsync(id, ProfileField.Notes);
        var page = await desk.OpenAsync(id);
        await OpenHistoryAsync(page);
        await Expect(Difference(page, filled.Number + 1, "notes"))
            .ToHaveTextAsync("NotesThis was removed from the history.");
        await Expect(UndoButton(page, filled.Number + 1)).ToHaveCountAsync(0);

        await UndoButton(page, filled.Number).ClickAsync();

        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToContainTextAsync("This stays as it is");
        await Expect(dialog).ToContainTextAsync("Location This belongs to a provider and cannot be edited.");
    }

    [Fact]
    public async Task A_change_that_is_undone_already_leaves_nothing_to_undo()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        var id = await desk.ReceiveAsync();
        await desk.SaveAsync(id, edit => edit.Company = "Engines");
        await desk.SaveAsync(id, edit => edit.Reset(ProfileField.Company));
        var page = await desk.OpenAsync(id);
        await OpenHistoryAsync(page);

        await UndoButton(page, 1).ClickAsync();

        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToContainTextAsync("Nothing is left to undo.");
        await Expect(dialog.GetByRole(AriaRole.Button)).ToHaveTextAsync("Close");
        await page.Button("Close").ClickAsync();
        await Expect(UndoButton(page, 1)).ToBeFocusedAsync();
    }

    [Fact]
    public async Task A_double_click_on_undo_sends_one_request()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        var id = await desk.ReceiveAsync();
        await desk.SaveAsync(id, edit => edit.Company = "Engines");
        var page = await desk.OpenAsync(id);
        await OpenHistoryAsync(page);
        await UndoButton(page, 1).ClickAsync();
        await Expect(page.Button("Undo it")).ToBeVisibleAsync();
        var sent = 0;
        page.Request += (_, request) => sent += request.Url.EndsWith("/revert", StringComparison.Ordinal) ? 1 : 0;

        await page.EvaluateAsync(
            "() => { const button = document.querySelector('customer-profile').shadowRoot"
                + ".querySelector('dialog .primary'); button.click(); button.click(); }"
        );

        await page.SaysAsync("The change was undone.");
        sent.Should().Be(1);
        (await desk.ProfileOfAsync(id)).Version.Should().Be(3);
    }

    [Theory]
    [InlineData("HistoryPolicy", false, false)]
    [InlineData("EditPolicy", true, false)]
    [InlineData(null, true, true)]
    public async Task Only_what_the_agent_may_do_is_offered(string? forSupervisors, bool hasHistory, bool canUndo)
    {
        await using var desk = await HelpDesk.StartAsync(
            browser,
            options =>
            {
                if (forSupervisors is not null)
                {
                    typeof(AspNetCore.CustomerProfilesWebOptions)
                        .GetProperty(forSupervisors)!
                        .SetValue(options, "supervisors");
                }
            }
        );
        var id = await desk.ReceiveAsync();
        await desk.SaveAsync(id, edit => edit.Company = "Engines");
        var page = await desk.OpenAsync(id);

        await Expect(page.Locator("customer-profile [part=history]")).ToHaveCountAsync(hasHistory ? 1 : 0);
        if (hasHistory)
        {
            await OpenHistoryAsync(page);
            await Expect(UndoButton(page, 1)).ToHaveCountAsync(canUndo ? 1 : 0);
        }
    }

    [Fact]
    public async Task A_failure_is_told_in_words_and_the_history_loaded_again()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        desk.ExpectedError = "Failed to load resource";
        var id = await desk.ReceiveAsync();
        await desk.SaveAsync(id, edit => edit.Company = "Engines");
        var page = await desk.OpenAsync(id);
        await page.RouteAsync("**/history?**", route => route.FulfillAsync(new() { Status = 503, Body = "" }));
        await page.Locator("customer-profile [part=history] > summary").ClickAsync();
        await Expect(page.Locator("customer-profile .history").GetByRole(AriaRole.Alert))
            .ToContainTextAsync("The service is not available now.");

        await page.UnrouteAsync("**/history?**");
        await page.Button("Try again").ClickAsync();

        await Expect(page.Change(1)).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_failure_while_undoing_is_told_in_the_dialogue_and_sent_again()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        desk.ExpectedError = "Failed to load resource";
        var id = await desk.ReceiveAsync();
        await desk.SaveAsync(id, edit => edit.Company = "Engines");
        var page = await desk.OpenAsync(id);
        await OpenHistoryAsync(page);
        await UndoButton(page, 1).ClickAsync();
        await page.RouteAsync("**/revert", route => route.AbortAsync());

        await page.Button("Undo it").ClickAsync();

        await Expect(page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Alert))
            .ToContainTextAsync("There is no connection.");
        await page.UnrouteAsync("**/revert");
        await page.Button("Undo it").ClickAsync();
        await page.SaysAsync("The change was undone.");
    }

    [Fact]
    public async Task What_is_being_typed_is_to_be_finished_before_a_change_is_undone()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        var id = await desk.ReceiveAsync();
        await desk.SaveAsync(id, edit => edit.Company = "Engines");
        var page = await desk.OpenAsync(id);
        await page.Button("Add: Notes").ClickAsync();
        await page.Keyboard.TypeAsync("Typed");

        await OpenHistoryAsync(page);
        await UndoButton(page, 1).ClickAsync();

        await page.SaysAsync("Save or cancel what you are editing first.");
        await Expect(page.GetByLabel("Notes", new() { Exact = true }).Last).ToHaveValueAsync("Typed");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task The_history_follows_the_customer_and_what_is_saved()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        var ada = await desk.ReceiveAsync();
        var grace = await desk.ReceiveAsync("Grace Hopper <grace@example.org>");
        await desk.SaveAsync(ada, edit => edit.Notes = "About Ada");
        await desk.SaveAsync(grace, edit => edit.Notes = "About Grace");
        var page = await desk.OpenAsync(ada);
        await OpenHistoryAsync(page);
        await Expect(Difference(page, 1, "notes")).ToContainTextAsync("About Ada");

        await page.ShowAsync(grace, "Grace Hopper");
        await Expect(Difference(page, 1, "notes")).ToContainTextAsync("About Grace");
        (await page.GetByText("About Ada").CountAsync()).Should().Be(0);
        await page.Button("Edit: Notes").ClickAsync();
        await page.Keyboard.TypeAsync("More. ");
        await page.Button("Save").ClickAsync();

        await Expect(Difference(page, 2, "notes")).ToContainTextAsync("More.");
    }

    [Theory]
    [InlineData("en", "ltr", "Undo this change")]
    [InlineData("de", "ltr", "Diese Änderung rückgängig machen")]
    [InlineData("en", "rtl", "Undo this change")]
    public async Task Long_values_are_cut_and_shown_whole_on_demand_at_320_pixels(string lang, string dir, string undo)
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        var id = await desk.ReceiveAsync();
        await desk.SaveAsync(
            id,
            edit =>
            {
                edit.Notes = LongNotes + new string('w', 3_000);
                edit.Company = new string('C', 256);
                edit.Websites.Add(new Uri($"https://example.org/{new string('p', 150)}"));
                edit.Custom[new string('k', 60)] = "\u05E9\u05DC\u05D5\u05DD!";
            }
        );
        var page = await desk.OpenAsync(id, width: 320, lang: lang, dir: dir);
        await page.Locator("customer-profile [part=history] > summary").ClickAsync();
        var notes = Difference(page, 1, "notes");
        await Expect(notes).ToContainTextAsync(LongNotes);

        await page.ShouldNotScrollSidewaysAsync();
        await page.ShouldBeAccessibleAsync();
        await page.PictureAsync($"history-long-{lang}-{dir}");
        (await notes.InnerTextAsync()).Length.Should().BeLessThan(400);
        await notes.GetByRole(AriaRole.Button).PressAsync("Enter");
        await Expect(notes.Locator(".value")).ToBeFocusedAsync();
        await Expect(notes.Locator(".value")).ToHaveTextAsync(LongNotes + new string('w', 3_000));
        await Expect(notes.GetByRole(AriaRole.Button)).ToHaveCountAsync(0);
        await page.ShouldNotScrollSidewaysAsync();
        await UndoButton(page, 1).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog, new() { Name = undo })).ToBeVisibleAsync();
        await page.ShouldNotScrollSidewaysAsync();
        await page.ShouldBeAccessibleAsync();
        await page.PictureAsync($"undo-long-{lang}-{dir}");
    }

    private static async Task OpenHistoryAsync(IPage page)
    {
        await page.Locator("customer-profile [part=history] > summary").ClickAsync();
        await Expect(page.Locator("customer-profile .change").First).ToBeVisibleAsync();
    }

    private static ILocator UndoButton(IPage page, long number) =>
        page.Locator($"customer-profile button[data-focus=undo-{number}]");

    private static ILocator Difference(IPage page, long number, string code) =>
        page.Change(number).Locator($".difference[data-code=\"{code}\"]");

    private static Func<int> CountRequests(IPage page)
    {
        var count = 0;
        page.Request += (_, request) => count += request.Url.Contains("/history", StringComparison.Ordinal) ? 1 : 0;
        return () => count;
    }
}
