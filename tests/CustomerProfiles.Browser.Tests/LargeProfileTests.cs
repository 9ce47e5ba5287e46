using System.Globalization;
using System.Text.Json.Nodes;
using CustomerProfiles.Browser.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CustomerProfiles.Browser.Tests;

/// <summary>
/// Profiles as large as the limits admit, and one as large as a host admits that has raised them. A page that draws a
/// part of a list is quick however long the list is, so the tests count elements and requests.
/// </summary>
[Collection(BrowserCollection.Name)]
public sealed class LargeProfileTests(Chromium browser)
{
    /// <summary>In all: one half are telephone numbers, the other custom properties.</summary>
    private const int Many = 10_000;

    /// <summary>The element draws 20 of a list.</summary>
    private const int Few = 20;

    /// <summary>More than a page with 20 entries of every list has, and less than one with 200.</summary>
    private const int MostElements = 2_000;

    private static readonly string LongName = new('W', 256);

    [Fact]
    public async Task An_entry_beyond_the_limit_is_refused_in_words_and_what_was_typed_stays()
    {
        var limits = EditLimits.Default;
        await using var desk = await HelpDesk.StartAsync(browser);
        desk.ExpectedError = "422";
        var id = await desk.ReceiveAsync();
        await desk.SaveAsync(id, edit => Fill(edit, limits.Entries, limits.CustomProperties));
        var page = await desk.OpenAsync(id, width: 320);

        await page.Button("Edit: Telephone numbers").ClickAsync();
        await page.Button("Add another").ClickAsync();
        await page.Keyboard.TypeAsync("+44 20 7946 0000");
        await page.Button("Save").ClickAsync();
        await Expect(page.GetByText($"There is room for at most {limits.Entries}; remove some.")).ToBeVisibleAsync();
        await Expect(page.GetByLabel("Number", new() { Exact = true }).Last).ToHaveValueAsync("+44 20 7946 0000");
        await page.Button("Cancel").ClickAsync();

        await page.Button("Add: Property").ClickAsync();
        await page.GetByLabel("Name of the property").FillAsync("one more");
        await page.GetByLabel("Value").FillAsync("than fits");
        await page.Button("Save").ClickAsync();
        await Expect(page.GetByText($"There is room for at most {limits.CustomProperties}; remove some."))
            .ToBeVisibleAsync();
        await Expect(page.GetByLabel("Value")).ToHaveValueAsync("than fits");
        await page.ShouldBeAccessibleAsync();
        (await desk.ProfileOfAsync(id)).Version.Should().Be(2);
    }

    [Fact]
    public async Task The_largest_profile_of_the_usual_limits_is_shown_at_320_pixels()
    {
        var limits = EditLimits.Default;
        await using var desk = await HelpDesk.StartAsync(browser);
        var id = await desk.ReceiveAsync();
        await desk.SaveAsync(id, edit => Fill(edit, limits.Entries, limits.CustomProperties));
        var page = await desk.OpenAsync(id, width: 320);
        await Expect(page.Field("phones").Locator("li:not(.rest)")).ToHaveCountAsync(Few);
        await page.ShouldBeAccessibleAsync();

        await page.Button($"Show all ({limits.Entries}): Telephone numbers").ClickAsync();
        await page.Button($"Show all ({limits.CustomProperties}): Properties").ClickAsync();

        await Expect(page.Field("phones").Locator("li")).ToHaveCountAsync(limits.Entries);
        await Expect(page.Locator("customer-profile .field[data-code^='custom:']"))
            .ToHaveCountAsync(limits.CustomProperties);
        await page.ShouldNotScrollSidewaysAsync();
        await page.ShouldBeAccessibleAsync();
        await page.PictureAsync("largest-320");
    }

    [Fact]
    public async Task Of_ten_thousand_entries_the_first_are_drawn_and_all_on_demand()
    {
        await using var desk = await StartAsync();
        var id = await FilledAsync(desk, "Ada Lovelace <ada@example.com>", Many);
        var reads = 0;
        var page = await desk.OpenAsync(
            id,
            width: 320,
            before: page =>
            {
                page.Request += (_, request) =>
                    reads += request.Url.EndsWith("/sidebar", StringComparison.Ordinal) ? 1 : 0;
                return Task.CompletedTask;
            }
        );

        await Expect(page.Locator("customer-profile h2")).ToHaveTextAsync(LongName);
        await Expect(page.Field("phones").Locator("li:not(.rest)")).ToHaveCountAsync(Few);
        reads.Should().Be(1);
        (await ElementsAsync(page)).Should().BeLessThan(MostElements);
        await page.ShouldNotScrollSidewaysAsync();
        await page.ShouldBeAccessibleAsync();
        await page.PictureAsync("many-320");

        await page.Button("Show all (5,000): Telephone numbers").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Field("phones").Locator("li")).ToHaveCountAsync(Many / 2);
        await page.Button("Show all (5,000): Properties").ClickAsync();
        await Expect(page.Locator("customer-profile .field[data-code^='custom:']")).ToHaveCountAsync(Many / 2);
        await page.ShouldNotScrollSidewaysAsync();
        reads.Should().Be(1);
    }

    [Fact]
    public async Task The_focus_goes_to_the_first_entry_that_was_not_shown()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        var id = await desk.ReceiveAsync();
        await desk.SaveAsync(id, edit => Fill(edit, 30, 0));
        var page = await desk.OpenAsync(id);
        var shown = await page.Field("phones").Locator("li:not(.rest)").AllInnerTextsAsync();

        await page.Button("Show all (30): Telephone numbers").FocusAsync();
        await page.Keyboard.PressAsync("Enter");

        var entries = page.Field("phones").Locator("li");
        await Expect(entries).ToHaveCountAsync(30);
        await Expect(entries.Nth(Few)).ToBeFocusedAsync();
        (await entries.AllInnerTextsAsync()).Take(Few).Should().Equal(shown);
        await page.Button("Add: Notes").ClickAsync();
        await page.Button("Cancel").ClickAsync();
        await Expect(entries).ToHaveCountAsync(30);
    }

    [Theory]
    [InlineData(320, true)]
    [InlineData(800, false)]
    public async Task A_name_that_is_cut_is_shown_whole_on_demand(int width, bool isCut)
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        var id = await desk.ReceiveAsync();
        await desk.SaveAsync(
            id,
            edit => (edit.Name, edit.JobTitle, edit.Company) = (LongName[..100], "Analyst", "Engines")
        );
        var page = await desk.OpenAsync(id, width: width);
        var all = page.Button("Show all: Name, job title and company");
        var name = page.Locator("customer-profile h2");
        await Expect(all).ToHaveCountAsync(isCut ? 1 : 0);
        if (!isCut)
        {
            return;
        }

        await page.PictureAsync("cut-name-320");
        await page.ShouldBeAccessibleAsync();
        await all.FocusAsync();
        await page.Keyboard.PressAsync("Enter");

        await Expect(name).ToBeFocusedAsync();
        await Expect(all).ToHaveCountAsync(0);
        (await name.EvaluateAsync<int>("one => one.scrollHeight - one.clientHeight")).Should().BeLessThan(2);
        await page.EvaluateAsync("() => document.querySelector('customer-profile').refresh()");
        await Expect(all).ToHaveCountAsync(0);
        await page.ShouldNotScrollSidewaysAsync();
    }

    [Fact]
    public async Task One_entry_among_ten_thousand_is_edited_with_one_request_that_names_only_it()
    {
        await using var desk = await StartAsync();
        var id = await FilledAsync(desk, "Ada Lovelace <ada@example.com>", Many);
        var saves = new List<JsonNode>();
        var page = await desk.OpenAsync(
            id,
            width: 320,
            before: page =>
            {
                page.Request += (_, request) =>
                {
                    if (request.Method == "PATCH")
                    {
                        saves.Add(JsonNode.Parse(request.PostData!)!);
                    }
                };
                return Task.CompletedTask;
            }
        );

        await page.Button("Edit: Telephone numbers").ClickAsync();
        await Expect(page.Locator("customer-profile .row")).ToHaveCountAsync(Few);
        (await ElementsAsync(page)).Should().BeLessThan(MostElements);
        await page.ShouldNotScrollSidewaysAsync();
        await page.ShouldBeAccessibleAsync();
        await page.Button("Remove: Telephone numbers 1", exact: true).ClickAsync();
        await page.Button("Add another").ClickAsync();
        await page.Keyboard.TypeAsync("+44 999 999999");
        await page.Button("Save").ClickAsync();
        await page.SaysAsync("Saved.");

        saves.Should().ContainSingle().Which["changes"]!.AsArray().Should().HaveCount(2);
        var profile = await desk.ProfileOfAsync(id);
        profile.Phones.Should().HaveCount(Many / 2);
        profile.Phones.Should().Contain(phone => phone.Number == "+44 999 999999");
        await Expect(page.Field("phones")).ToContainTextAsync("+44 999 999999");
        (await ElementsAsync(page)).Should().BeLessThan(MostElements);
        (await page.FocusedAsync()).Should().Be("Edit: Telephone numbers");
    }

    [Fact]
    public async Task A_property_that_was_added_last_stays_in_sight_among_many()
    {
        await using var desk = await StartAsync();
        var id = await FilledAsync(desk, "Ada Lovelace <ada@example.com>", 100);
        var page = await desk.OpenAsync(id, width: 320);

        await page.Button("Add: Property").ClickAsync();
        await page.GetByLabel("Name of the property").FillAsync("zz last");
        await page.GetByLabel("Value").FillAsync("seen");
        await page.Button("Save").ClickAsync();
        await page.SaysAsync("Saved.");

        await Expect(page.Field("custom:zz last")).ToContainTextAsync("seen");
        await page.Button("Edit: zz last").ClickAsync();
        await page.GetByLabel("zz last", new() { Exact = true }).And(page.Locator("textarea")).FillAsync("seen again");
        await page.Button("Show all (51): Properties").ClickAsync();
        await Expect(page.GetByLabel("zz last", new() { Exact = true }).And(page.Locator("textarea")))
            .ToHaveValueAsync("seen again", new() { Timeout = 5_000 });
        await page.Button("Save").ClickAsync();
        await page.SaysAsync("Saved.");
        await Expect(page.Field("custom:zz last")).ToContainTextAsync("seen again");
    }

    [Fact]
    public async Task A_change_of_many_values_is_shown_in_part_and_undone_as_a_whole()
    {
        await using var desk = await StartAsync();
        var id = await FilledAsync(desk, "Ada Lovelace <ada@example.com>", 2_000);
        var page = await desk.OpenAsync(id, width: 320);

        await page.Locator("customer-profile [part=history] > summary").ClickAsync();
        await Expect(page.Change(2).Locator(".difference")).ToHaveCountAsync(Few);
        (await ElementsAsync(page)).Should().BeLessThan(MostElements);
        await page.Change(2).GetByRole(AriaRole.Button, new() { Name = "Undo this change" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog).Locator(".difference")).ToHaveCountAsync(Few);
        (await ElementsAsync(page)).Should().BeLessThan(MostElements);
        await page.ShouldNotScrollSidewaysAsync();
        await page.ShouldBeAccessibleAsync();
        await page.Button("Undo it").ClickAsync();
        await page.SaysAsync("The change was undone.");

        (await desk.ProfileOfAsync(id)).Phones.Should().BeEmpty();
    }

    [Fact]
    public async Task Two_customers_with_many_entries_are_merged_at_320_pixels()
    {
        await using var desk = await StartAsync();
        var into = await FilledAsync(desk, "Ada Lovelace <ada@example.com>", 1_000);
        var from = await FilledAsync(desk, "Augusta King <augusta@example.net>", 1_000);

        var page = await desk.OpenMergeAsync(from, into, 320);

        (
            await page.EvaluateAsync<int>(
                "() => document.querySelector('customer-merge').shadowRoot.querySelectorAll('*').length"
            )
        )
            .Should()
            .BeLessThan(MostElements);
        await page.ShouldNotScrollSidewaysAsync();
        await page.ShouldBeAccessibleAsync();
        await page.PictureAsync("merge-many-320");
        await page.Button("Merge").ClickAsync();
        await Expect(page.Button("Undo the merge")).ToBeVisibleAsync();
        (await desk.ProfileOfAsync(from)).Id.Should().Be(into);
    }

    private Task<HelpDesk> StartAsync() =>
        HelpDesk.StartAsync(
            browser,
            profiles: options => options.Limits = EditLimits.Default with { Entries = Many, CustomProperties = Many }
        );

    private static async Task<CustomerId> FilledAsync(HelpDesk desk, string from, int count)
    {
        var id = await desk.ReceiveAsync(from);
        await desk.DrainAsync();
        await desk.SaveAsync(id, edit => Fill(edit, count / 2, count / 2));
        return id;
    }

    private static void Fill(ProfileEdit edit, int entries, int properties)
    {
        edit.Name = LongName;
        edit.Phones.ReplaceWith(
            Enumerable
                .Range(0, entries)
                .Select(i => new PhoneNumber(string.Create(CultureInfo.InvariantCulture, $"+44 {i:000000}")))
        );
        for (var i = 0; i < properties; i++)
        {
            edit.Custom[string.Create(CultureInfo.InvariantCulture, $"{new string('k', 55)}{i:00000}")] = new string(
                'v',
                100
            );
        }
    }

    private static Task<int> ElementsAsync(IPage page) =>
        page.EvaluateAsync<int>(
            "() => document.querySelector('customer-profile').shadowRoot.querySelectorAll('*').length"
        );
}
