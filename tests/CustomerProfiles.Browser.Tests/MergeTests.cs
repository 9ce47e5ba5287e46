using CustomerProfiles.Browser.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CustomerProfiles.Browser.Tests;

/// <summary>Merging two customers in the browser, and undoing it, there and in the sidebar.</summary>
[Collection(BrowserCollection.Name)]
public sealed class MergeTests(Chromium browser)
{
    [Fact]
    public async Task Two_customers_are_merged_as_the_agent_chooses_and_the_merge_is_undone()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        var (from, into) = await TwoAsync(desk);
        var page = await desk.OpenMergeAsync(from, into, width: 800);
        await page.EvaluateAsync(
            "() => { window.told = []; for (const name of ['customer-merged', 'customer-unmerged'])"
                + " document.addEventListener(name, e => told.push([name, e.detail.fromId, e.detail.intoId])); }"
        );
        await Expect(Sides(page).First).ToContainTextAsync("Stays");
        await Expect(Sides(page).First).ToContainTextAsync("Ada Lovelace");
        await Expect(Sides(page).Nth(1)).ToContainTextAsync("countess@example.org");
        await Expect(Radio(page, "company", "Ada Lovelace")).ToBeCheckedAsync();
        await Expect(Radio(page, "notes", "Both, one after the other")).ToBeCheckedAsync();
        await Expect(Kept(page, "phones")).ToContainTextAsync("+44 20 7946 0000");
        await Expect(Kept(page, "phones")).ToContainTextAsync("From countess@example.org");
        await Expect(Kept(page, "job-title")).ToContainTextAsync("The same on both sides");

        await Radio(page, "company", "countess@example.org").CheckAsync();
        await SaysAsync(page, "The preview was updated.");
        await Expect(Radio(page, "company", "countess@example.org")).ToBeCheckedAsync();
        (await desk.ProfileOfAsync(from)).Id.Should().Be(from, "a preview merges nobody");
        await page.Button("Merge").ClickAsync();

        await SaysAsync(page, "countess@example.org was merged into Ada Lovelace.");
        var merged = await desk.ProfileOfAsync(from);
        (merged.Id, merged.Company, merged.Notes).Should().Be((into, "Looms", "first\n\nsecond"));
        await page.Button("Undo the merge").ClickAsync();

        await Expect(Merge(page).GetByRole(AriaRole.Alert))
            .ToHaveTextAsync("The merge was undone. There are two customers again.");
        (await desk.ProfileOfAsync(from)).Company.Should().Be("Looms");
        (await desk.ProfileOfAsync(into)).Company.Should().Be("Engines");
        (await page.EvaluateAsync<string[]>("() => told.map(one => one.join(' '))"))
            .Should()
            .Equal($"customer-merged {from} {into}", $"customer-unmerged {from} {into}");
    }

    [Fact]
    public async Task A_customer_who_changes_while_the_preview_is_shown_is_shown_again_before_anything_is_merged()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        desk.ExpectedError = "409";
        var (from, into) = await TwoAsync(desk);
        var page = await desk.OpenMergeAsync(from, into);
        await Radio(page, "company", "countess@example.org").CheckAsync();
        await SaysAsync(page, "The preview was updated.");
        await desk.SaveAsync(into, edit => edit.Notes = "third");

        await page.Button("Merge").ClickAsync();

        await Expect(Merge(page).GetByRole(AriaRole.Alert))
            .ToContainTextAsync("One of the customers has changed meanwhile. Nothing was merged.");
        await Expect(Choice(page, "notes")).ToContainTextAsync("third");
        await Expect(Radio(page, "company", "countess@example.org")).ToBeCheckedAsync();
        (await desk.ProfileOfAsync(from)).Id.Should().Be(from);
        await page.Button("Merge").ClickAsync();
        await SaysAsync(page, "countess@example.org was merged into Ada Lovelace.");
        (await desk.ProfileOfAsync(from)).Notes.Should().Be("third\n\nsecond");
    }

    [Fact]
    public async Task A_value_that_is_gone_meanwhile_is_no_longer_chosen()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        desk.ExpectedError = "422";
        var (from, into) = await TwoAsync(desk);
        var page = await desk.OpenMergeAsync(from, into);
        await Radio(page, "company", "countess@example.org").CheckAsync();
        await SaysAsync(page, "The preview was updated.");
        await desk.SaveAsync(from, edit => edit.Reset(ProfileField.Company));

        await Radio(page, "notes", "Ada Lovelace").CheckAsync();

        await Expect(Kept(page, "company")).ToContainTextAsync("Engines");
        await Expect(Radio(page, "notes", "Ada Lovelace")).ToBeCheckedAsync();
        await page.Button("Merge").ClickAsync();
        await SaysAsync(page, "countess@example.org was merged into Ada Lovelace.");
        var merged = await desk.ProfileOfAsync(into);
        (merged.Company, merged.Notes).Should().Be(("Engines", "first"));
    }

    [Fact]
    public async Task Customers_are_merged_and_the_merge_undone_by_keyboard_alone()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        var (from, into) = await TwoAsync(desk);
        var page = await desk.OpenMergeAsync(from, into);
        await page.Button("Swap the two").FocusAsync();
        await page.Keyboard.PressAsync("Tab");
        await Expect(Radio(page, "company", "Ada Lovelace")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        await SaysAsync(page, "The preview was updated.");
        await Expect(Radio(page, "company", "countess@example.org")).ToBeFocusedAsync();
        await Expect(Radio(page, "company", "countess@example.org")).ToBeCheckedAsync();
        await page.Keyboard.PressAsync("Tab");
        await Expect(Radio(page, "notes", "Both, one after the other")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.Button("Merge")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");

        await Expect(page.Button("Undo the merge")).ToBeFocusedAsync();
        (await desk.ProfileOfAsync(from)).Company.Should().Be("Looms");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Button("Merge")).ToBeFocusedAsync();
        (await desk.ProfileOfAsync(from)).Id.Should().Be(from);
    }

    [Fact]
    public async Task The_sides_are_swapped_and_what_was_chosen_stays()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        var (from, into) = await TwoAsync(desk);
        var page = await desk.OpenMergeAsync(from, into);
        await Radio(page, "company", "countess@example.org").CheckAsync();
        await SaysAsync(page, "The preview was updated.");

        await page.Button("Swap the two").ClickAsync();

        await SaysAsync(page, "Swapped: countess@example.org stays.");
        await Expect(Sides(page).First).ToContainTextAsync("countess@example.org");
        await Expect(Radio(page, "company", "countess@example.org")).ToBeCheckedAsync();
        await page.Button("Merge").ClickAsync();
        await SaysAsync(page, "Ada Lovelace was merged into countess@example.org.");
        var merged = await desk.ProfileOfAsync(into);
        (merged.Id, merged.Company).Should().Be((from, "Looms"));
    }

    [Fact]
    public async Task Two_customers_of_one_name_are_told_apart_by_their_addresses()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        var (from, into) = await TwoAsync(desk);
        await desk.SaveAsync(from, edit => edit.Name = "Ada Lovelace");
        var page = await desk.OpenMergeAsync(from, into);

        await Radio(page, "company", "Ada Lovelace (countess@example.org)").CheckAsync();
        await SaysAsync(page, "The preview was updated.");
        await page.Button("Merge").ClickAsync();

        await SaysAsync(page, "Ada Lovelace (countess@example.org) was merged into Ada Lovelace (ada@example.com).");
        (await desk.ProfileOfAsync(into)).Company.Should().Be("Looms");
    }

    [Fact]
    public async Task A_double_click_merges_once()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        var (from, into) = await TwoAsync(desk);
        var page = await desk.OpenMergeAsync(from, into);
        var sent = 0;
        page.Request += (_, request) => sent += request.Url.EndsWith("/merges", StringComparison.Ordinal) ? 1 : 0;

        await page.Button("Merge").DblClickAsync();

        await Expect(page.Button("Undo the merge")).ToBeVisibleAsync();
        sent.Should().Be(1);
        (await desk.ProfileOfAsync(from)).Id.Should().Be(into);
    }

    [Fact]
    public async Task What_was_changed_since_a_merge_is_named_when_it_is_undone()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        var (from, into) = await TwoAsync(desk);
        var page = await desk.OpenMergeAsync(from, into);
        await page.Button("Merge").ClickAsync();
        await Expect(page.Button("Undo the merge")).ToBeVisibleAsync();
        await desk.SaveAsync(
            into,
            edit =>
            {
                edit.Company = "Wheels";
                edit.Emails.Remove(new ProfileEmail("countess@example.org"));
            }
        );

        await page.Button("Undo the merge").ClickAsync();

        var told = Merge(page).GetByRole(AriaRole.Alert);
        await Expect(told).ToContainTextAsync("stays with Ada Lovelace: Company: Wheels");
        await Expect(told).ToContainTextAsync("does not return: countess@example.org");
    }

    [Fact]
    public async Task Why_customers_cannot_be_merged_is_told_in_words_and_tried_again_where_that_may_help()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        desk.ExpectedError = "Failed to load resource";
        var (from, into) = await TwoAsync(desk);
        var page = await desk.OpenMergeAsync(from, from);
        var told = Merge(page).GetByRole(AriaRole.Alert);
        await Expect(told).ToHaveTextAsync("This is one and the same customer.");
        await page.RouteAsync("**/merges/preview", route => route.FulfillAsync(new() { Status = 503, Body = "" }));
        await SetAsync(page, from, into);
        await Expect(told).ToContainTextAsync("The service is not available now.");
        await page.UnrouteAsync("**/merges/preview");
        await page.Button("Try again").ClickAsync();
        await Expect(page.Button("Merge")).ToBeVisibleAsync();
        await desk.MergeAsync(from, into);

        await page.Button("Merge").ClickAsync();

        await Expect(told).ToContainTextAsync("These customers are merged already.");
        await SetAsync(page, null, into);
        await Expect(Merge(page)).ToContainTextAsync("No two customers are selected.");
    }

    [Fact]
    public async Task The_sidebar_lists_merges_and_undoes_one_after_asking()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        var (from, into) = await TwoAsync(desk);
        await desk.MergeAsync(from, into);
        var page = await desk.OpenAsync(from);
        await Expect(page.Locator("customer-profile header"))
            .ToContainTextAsync("The customer who was opened was merged into this one");

        await page.Locator("customer-profile [part=merges] > summary").ClickAsync();
        var merges = page.Locator("customer-profile .merges");
        await Expect(merges).ToContainTextAsync($"{from}");
        await Expect(merges).ToContainTextAsync("lee, ");
        await page.ShouldBeAccessibleAsync();
        await page.PictureAsync("merges");
        await merges.GetByRole(AriaRole.Button, new() { Name = "Undo the merge" }).ClickAsync();
        (await desk.ProfileOfAsync(from)).Id.Should().Be(into, "nothing is undone before the agent has said so");
        await page.Button("Yes, do it").ClickAsync();

        await Expect(page.Locator("customer-profile h2")).ToHaveTextAsync("countess@example.org");
        await Expect(merges).ToContainTextAsync("No customer was merged into this one.");
        (await desk.ProfileOfAsync(from)).Id.Should().Be(from);
    }

    [Fact]
    public async Task A_merge_that_is_too_old_says_so_and_not_that_a_later_one_is_in_its_way()
    {
        var time = new TestTime();
        await using var desk = await HelpDesk.StartAsync(browser, time: time);
        var (from, into) = await TwoAsync(desk);
        var last = await desk.ReceiveAsync("grace@example.net");
        await desk.MergeAsync(from, into);
        time.Advance(TimeSpan.FromDays(60));
        await desk.MergeAsync(into, last);
        var merges = "customer-profile .merges .change";

        time.Advance(TimeSpan.FromDays(30));
        var page = await desk.OpenAsync(
            last,
            before: page => page.Clock.SetFixedTimeAsync(time.GetUtcNow().UtcDateTime)
        );
        await page.Locator("customer-profile [part=merges] > summary").ClickAsync();
        await Expect(page.Locator(merges).Nth(1)).ToContainTextAsync("Undo the later merge first.");

        time.Advance(TimeSpan.FromDays(1));
        await page.Clock.SetFixedTimeAsync(time.GetUtcNow().UtcDateTime);
        await page.EvaluateAsync("() => document.querySelector('customer-profile').refresh()");
        await Expect(page.Locator(merges).Nth(1)).ToContainTextAsync("This is too long ago to be undone.");
        await Expect(page.Locator(merges).Nth(0).GetByRole(AriaRole.Button)).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task A_merge_in_the_history_is_not_offered_to_be_undone_as_a_change()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        var (from, into) = await TwoAsync(desk);
        await desk.MergeAsync(from, into);
        var number = (await desk.Profiles.History.GetAsync(into))!.Entries[0].Number;
        var page = await desk.OpenAsync(into);

        await page.Locator("customer-profile [part=history] > summary").ClickAsync();

        await Expect(page.Change(number)).ToContainTextAsync("Two customers were merged");
        await Expect(page.Change(number).GetByRole(AriaRole.Button)).ToHaveCountAsync(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Merges_are_shown_to_who_may_merge_only(bool mayMerge)
    {
        await using var desk = await HelpDesk.StartAsync(
            browser,
            options => options.MergePolicy = mayMerge ? "agents" : null
        );
        var id = await desk.ReceiveAsync();

        var page = await desk.OpenAsync(id);

        await Expect(page.Locator("customer-profile [part=merges]")).ToHaveCountAsync(mayMerge ? 1 : 0);
    }

    [Fact]
    public async Task Markup_and_script_in_values_are_shown_as_text()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        var (from, into) = await TwoAsync(desk);
        const string script = "<img src=x onerror=alert(1)><script>alert(2)</script>";
        await desk.SaveAsync(from, edit => (edit.Name, edit.Company) = (script, script));
        var page = await desk.OpenMergeAsync(from, into);

        await Expect(Choice(page, "company")).ToContainTextAsync(script);
        await Expect(Merge(page).Locator("img, script")).ToHaveCountAsync(0);
    }

    private static async Task<(CustomerId From, CustomerId Into)> TwoAsync(HelpDesk desk)
    {
        var into = await desk.ReceiveAsync();
        var from = await desk.ReceiveAsync("countess@example.org");
        await desk.SaveAsync(into, edit => (edit.Company, edit.JobTitle, edit.Notes) = ("Engines", "Analyst", "first"));
        await desk.SaveAsync(
            from,
            edit =>
            {
                (edit.Company, edit.JobTitle, edit.Notes) = ("Looms", "Analyst", "second");
                edit.Phones.Add(new PhoneNumber("+44 20 7946 0000"));
            }
        );
        return (from, into);
    }

    private static Task SetAsync(IPage page, CustomerId? from, CustomerId into) =>
        page.EvaluateAsync(
            "ids => { const one = document.querySelector('customer-merge');"
                + " one.setAttribute('from-id', ids[0]); one.setAttribute('into-id', ids[1]); }",
            new[] { $"{from}", $"{into}" }
        );

    private static ILocator Merge(IPage page) => page.Locator("customer-merge section");

    private static ILocator Sides(IPage page) => page.Locator("customer-merge [part=side]");

    private static ILocator Choice(IPage page, string field) =>
        page.Locator($"customer-merge fieldset[data-code=\"{field}\"]");

    private static ILocator Kept(IPage page, string field) =>
        page.Locator($"customer-merge .kept[data-code=\"{field}\"]");

    private static ILocator Radio(IPage page, string field, string name) => Choice(page, field).GetByLabel(name);

    private static Task SaysAsync(IPage page, string text) =>
        Expect(page.Locator("customer-merge div[role=status]")).ToHaveTextAsync(text);
}
