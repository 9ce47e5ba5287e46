using CustomerProfiles.Browser.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CustomerProfiles.Browser.Tests;

/// <summary>Two people at once, customers who change under an agent's hands, and servers that fail.</summary>
[Collection(BrowserCollection.Name)]
public sealed class ConflictTests(Chromium browser)
{
    [Theory]
    [InlineData("Yours", "Mine", 3)]
    [InlineData("Now, by lee", "Theirs", 2)]
    public async Task Two_pages_that_change_the_same_field_show_both_values_and_the_agent_chooses(
        string choice,
        string kept,
        int version
    )
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        desk.ExpectedError = "409";
        var id = await desk.ReceiveAsync();
        var kim = await desk.OpenAsync(id);
        var lee = await desk.OpenAsync(id, "lee");
        await WriteNotesAsync(kim, "Mine");
        await WriteNotesAsync(lee, "Theirs");
        await lee.Button("Save").ClickAsync();
        await lee.SaysAsync("Saved.");

        await kim.Button("Save").ClickAsync();

        var dialog = kim.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToContainTextAsync("Somebody else changed the same");
        await Expect(dialog).ToContainTextAsync("When you began: (blank)");
        await Expect(dialog).ToContainTextAsync("Theirs");
        await Expect(dialog).ToContainTextAsync("Mine");
        await Expect(dialog.GetByLabel("Now, by lee")).ToBeCheckedAsync();
        await kim.ShouldBeAccessibleAsync();
        await kim.PictureAsync($"conflict-{kept}");
        await dialog.GetByLabel(choice).CheckAsync();
        await kim.Button("Save my choice").ClickAsync();

        await Expect(kim.Field("notes").Locator(".text")).ToHaveTextAsync(kept);
        var profile = await desk.ProfileOfAsync(id);
        (profile.Notes, profile.Version).Should().Be((kept, version));
    }

    [Fact]
    public async Task Going_back_from_a_conflict_loses_nothing()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        desk.ExpectedError = "409";
        var id = await desk.ReceiveAsync();
        var page = await desk.OpenAsync(id);
        await WriteNotesAsync(page, "Mine");
        await desk.SaveAsync(id, edit => edit.Notes = "Theirs");

        await page.Button("Save").ClickAsync();
        await page.Button("Back to editing").ClickAsync();

        await Expect(page.GetByLabel("Notes", new() { Exact = true }).Last).ToHaveValueAsync("Mine");
        (await desk.ProfileOfAsync(id)).Notes.Should().Be("Theirs");
    }

    [Fact]
    public async Task A_draft_stays_with_its_customer_and_is_offered_on_return()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        var ada = await desk.ReceiveAsync();
        var grace = await desk.ReceiveAsync("Grace Hopper <grace@example.org>");
        var page = await desk.OpenAsync(ada);
        await WriteNotesAsync(page, "About Ada");

        await page.ShowAsync(grace, "Grace Hopper");
        (await page.GetByText("About Ada").CountAsync()).Should().Be(0);
        (await page.Locator("customer-profile form").CountAsync()).Should().Be(0);
        await WriteNotesAsync(page, "About Grace");
        await page.Button("Save").ClickAsync();
        await page.SaysAsync("Saved.");

        await page.ShowAsync(ada, "Ada Lovelace");
        await page.Button("Go on editing").ClickAsync();
        await page.Button("Save").ClickAsync();
        await Expect(page.Field("notes").Locator(".text")).ToHaveTextAsync("About Ada");

        (await desk.ProfileOfAsync(ada)).Notes.Should().Be("About Ada");
        (await desk.ProfileOfAsync(grace)).Notes.Should().Be("About Grace");
    }

    [Fact]
    public async Task A_save_that_ends_after_the_customer_has_changed_shows_nothing_of_the_other()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        var ada = await desk.ReceiveAsync();
        var grace = await desk.ReceiveAsync("Grace Hopper <grace@example.org>");
        var page = await desk.OpenAsync(ada);
        var held = new TaskCompletionSource();
        await page.RouteAsync(
            $"**/customers/{ada}",
            async route =>
            {
                await held.Task;
                await route.ContinueAsync();
            }
        );
        await WriteNotesAsync(page, "About Ada");
        await page.Button("Save").ClickAsync();

        await page.ShowAsync(grace, "Grace Hopper");
        var saved = page.WaitForResponseAsync($"**/customers/{ada}");
        held.SetResult();
        await (await saved).FinishedAsync();

        await page.EvaluateAsync("() => new Promise(requestAnimationFrame)");
        await Expect(page.Locator("customer-profile h2")).ToHaveTextAsync("Grace Hopper");
        (await page.GetByText("About Ada").CountAsync()).Should().Be(0);
        (await desk.ProfileOfAsync(ada)).Notes.Should().Be("About Ada");
        (await desk.ProfileOfAsync(grace)).Notes.Should().BeNull();
    }

    [Theory]
    [InlineData(401, "You are signed out. Sign in in another tab, then try again.")]
    [InlineData(403, "You may not do this.")]
    [InlineData(404, "There is no such customer.")]
    [InlineData(409, "Somebody else changed the same.")]
    [InlineData(412, "The profile has changed meanwhile. Try again.")]
    [InlineData(413, "This is too long to be saved.")]
    [InlineData(422, "This cannot be saved.")]
    [InlineData(429, "That was too often. Wait a moment and try again.")]
    [InlineData(500, "Something went wrong. Try again.")]
    [InlineData(503, "The service is not available now. Try again in a moment.")]
    [InlineData(0, "There is no connection.")]
    public async Task A_failure_is_told_in_words_and_what_was_typed_is_saved_once_afterwards(int status, string text)
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        desk.ExpectedError = "Failed to load resource";
        var id = await desk.ReceiveAsync();
        var page = await desk.OpenAsync(id);
        var pattern = $"**/customers/{id}";
        await page.RouteAsync(
            pattern,
            route => status == 0 ? route.AbortAsync() : route.FulfillAsync(new() { Status = status, Body = "" })
        );
        await WriteNotesAsync(page, "Typed once");

        await page.Button("Save").ClickAsync();

        await Expect(page.Locator("customer-profile form").GetByRole(AriaRole.Alert))
            .ToHaveTextAsync($"{text} What you typed is still here.");
        await page.UnrouteAsync(pattern);
        await page.Button("Save").ClickAsync();
        await page.SaysAsync("Saved.");
        var profile = await desk.ProfileOfAsync(id);
        (profile.Notes, profile.Version).Should().Be(("Typed once", 2));
    }

    [Fact]
    public async Task A_save_whose_response_was_lost_is_sent_again_and_saved_once()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        desk.ExpectedError = "Failed to load resource";
        var id = await desk.ReceiveAsync();
        var page = await desk.OpenAsync(id);
        var pattern = $"**/customers/{id}";
        await page.RouteAsync(
            pattern,
            async route =>
            {
                await route.FetchAsync();
                await route.AbortAsync();
            }
        );
        await WriteNotesAsync(page, "Typed once");
        await page.Button("Save").ClickAsync();
        await Expect(page.Locator("customer-profile form").GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await page.UnrouteAsync(pattern);

        await page.Button("Save").ClickAsync();
        await page.SaysAsync("Saved.");

        var profile = await desk.ProfileOfAsync(id);
        (profile.Notes, profile.Version).Should().Be(("Typed once", 2));
    }

    [Fact]
    public async Task A_double_click_on_save_sends_one_request()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        var id = await desk.ReceiveAsync();
        var page = await desk.OpenAsync(id);
        var sent = 0;
        page.Request += (_, request) => sent += request.Method == "PATCH" ? 1 : 0;
        await WriteNotesAsync(page, "Typed once");

        await page.Button("Save").DblClickAsync();
        await Expect(page.Field("notes").Locator(".text")).ToHaveTextAsync("Typed once");

        sent.Should().Be(1);
        (await desk.ProfileOfAsync(id)).Version.Should().Be(2);
    }

    [Fact]
    public async Task A_customer_who_is_not_there_is_told_in_words()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        desk.ExpectedError = "404";
        var page = await desk.OpenAsync(id: null);

        await page.EvaluateAsync(
            "id => document.querySelector('customer-profile').setAttribute('customer-id', id)",
            $"{CustomerId.New()}"
        );

        await Expect(page.Locator("customer-profile").GetByRole(AriaRole.Alert))
            .ToContainTextAsync("There is no such customer.");
    }

    private static async Task WriteNotesAsync(IPage page, string text)
    {
        await page.Button("Add: Notes").ClickAsync();
        await page.Keyboard.TypeAsync(text);
    }
}
