using System.Globalization;
using System.Text;
using System.Text.Json;
using CustomerProfiles.Browser.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CustomerProfiles.Browser.Tests;

/// <summary>
/// How the sidebar looks in every width, theme, language and direction. The pictures are in artifacts/screenshots.
/// </summary>
[Collection(BrowserCollection.Name)]
public sealed class AppearanceTests(Chromium browser)
{
    public static TheoryData<int, ColorScheme> Places
    {
        get
        {
            var places = new TheoryData<int, ColorScheme>();
            foreach (var width in new[] { 320, 400, 800 })
            {
                places.Add(width, ColorScheme.Light);
                places.Add(width, ColorScheme.Dark);
            }

            return places;
        }
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task Every_width_and_theme_is_accessible_and_scrolls_in_one_direction(int width, ColorScheme scheme)
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        var usual = await desk.ReceiveAsync();
        await desk.DrainAsync();
        await desk.SaveAsync(usual, FillUsual);
        var longest = await LongestAsync(desk);
        var emptiest = await desk.ReceiveAsync("zoe@example.net");
        var page = await desk.OpenAsync(usual, "sam", width, scheme);

        await page.GetByText("Where from").ClickAsync();
        await CheckAsync(page, $"usual-{width}-{scheme}");
        await page.Button("Edit name, job title and company").ClickAsync();
        await CheckAsync(page, $"edit-{width}-{scheme}");
        await page.Button("Cancel").ClickAsync();
        await page.Button("Edit: E-mail addresses").ClickAsync();
        await CheckAsync(page, $"edit-list-{width}-{scheme}");
        await page.Button("Cancel").ClickAsync();
        await page.Button("Show sources").ClickAsync();
        await CheckAsync(page, $"sources-{width}-{scheme}");
        await page.GetByText("History", new() { Exact = true }).ClickAsync();
        await Expect(page.Change(1)).ToBeVisibleAsync();
        await CheckAsync(page, $"history-{width}-{scheme}");
        await page.Change(2).GetByRole(AriaRole.Button, new() { Name = "Undo this change" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await CheckAsync(page, $"undo-{width}-{scheme}");
        await page.Button("Cancel").ClickAsync();
        await page.ShowAsync(emptiest, "zoe@example.net");
        await CheckAsync(page, $"emptiest-{width}-{scheme}");
        await page.ShowAsync(longest, new string('W', 256));
        await Expect(page.Change(1)).ToBeVisibleAsync();
        await CheckAsync(page, $"longest-{width}-{scheme}");
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task Merging_is_accessible_and_scrolls_in_one_direction_in_every_width_and_theme(
        int width,
        ColorScheme scheme
    )
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        var usual = await desk.ReceiveAsync();
        await desk.SaveAsync(usual, FillUsual);
        var other = await desk.ReceiveAsync("Augusta King <augusta@example.net>");
        await desk.SaveAsync(other, FillOther);
        var longest = await LongestAsync(desk);
        var emptiest = await desk.ReceiveAsync("zoe@example.net");
        await desk.SaveAsync(emptiest, edit => (edit.Company, edit.Notes) = ("Wheels", "Short"));

        var page = await desk.OpenMergeAsync(other, usual, width, scheme);
        await CheckAsync(page, $"merge-{width}-{scheme}");
        await page.Button("Merge").ClickAsync();
        await Expect(page.Button("Undo the merge")).ToBeVisibleAsync();
        await CheckAsync(page, $"merged-{width}-{scheme}");
        page = await desk.OpenMergeAsync(longest, emptiest, width, scheme);
        await CheckAsync(page, $"merge-longest-{width}-{scheme}");
    }

    [Fact]
    public async Task Merging_in_a_pseudo_language_replaces_every_text_and_turns_the_page()
    {
        await using var desk = await HelpDesk.StartAsync(
            browser,
            options => options.Texts["ar"] = English().ToDictionary(text => text.Key, text => Pseudo(text.Value))
        );
        var usual = await desk.ReceiveAsync();
        await desk.SaveAsync(usual, FillUsual);
        var other = await desk.ReceiveAsync("Augusta King <augusta@example.net>");
        await desk.SaveAsync(other, FillOther);
        await desk.Profiles.SuppressAsync(other, Actor.Agent("sam"));
        var page = await desk.OpenMergeAsync(other, usual, 320, lang: "ar", dir: "rtl");

        await CheckAsync(page, "pseudo-merge-320");
        var english = English().Values.Where(text => text.Length > 6 && !text.Contains('{')).ToArray();
        var shown = await page.Locator("customer-merge .frame").InnerTextAsync();
        shown.Should().Contain("Augusta King");
        var sides = await page.Locator("customer-merge .value")
            .EvaluateAllAsync<string[]>("all => all.map(one => getComputedStyle(one).textAlign)");
        sides.Should().OnlyContain(side => side == "right", "values are on the side that the page reads from");
        english.Where(shown.Contains).Should().BeEmpty();
    }

    [Fact]
    public async Task Another_language_is_taken_from_the_page()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        var id = await desk.ReceiveAsync();
        var page = await desk.OpenAsync(id, lang: "de-AT");

        await page.Button("Hinzufügen: Notizen").ClickAsync();
        await page.Keyboard.TypeAsync("Ruft zurück");
        await page.Button("Speichern").ClickAsync();

        await page.SaysAsync("Gespeichert.");
        (await desk.ProfileOfAsync(id)).Notes.Should().Be("Ruft zurück");
    }

    /// <summary>
    /// Every text in a language that nobody speaks: long, accented, from right to left. A text that is built into the
    /// module would stay English.
    /// </summary>
    [Fact]
    public async Task A_pseudo_language_replaces_every_text_and_turns_the_page()
    {
        await using var desk = await HelpDesk.StartAsync(
            browser,
            options => options.Texts["ar"] = English().ToDictionary(text => text.Key, text => Pseudo(text.Value))
        );
        var id = await desk.ReceiveAsync();
        await desk.DrainAsync();
        await desk.SaveAsync(id, edit => edit.Clear(ProfileField.Company));
        var page = await desk.OpenAsync(id, "sam", 320, lang: "ar", dir: "rtl");
        await page.Locator("customer-profile [part=origin] > summary").ClickAsync();
        await page.Locator("customer-profile [part=history] > summary").ClickAsync();
        await Expect(page.Change(2)).ToBeVisibleAsync();

        await page.ShouldNotScrollSidewaysAsync();
        await page.ShouldBeAccessibleAsync();
        await page.PictureAsync("pseudo-320");
        var avatar = await page.Locator("customer-profile .avatar").BoundingBoxAsync();
        var name = await page.Locator("customer-profile h2").BoundingBoxAsync();
        avatar!.X.Should().BeGreaterThan(name!.X, "the page reads from right to left");
        await page.Change(2).Locator("button[data-focus=undo-2]").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await page.ShouldNotScrollSidewaysAsync();
        await page.ShouldBeAccessibleAsync();
        await page.PictureAsync("pseudo-undo-320");
        var english = English().Values.Where(text => text.Length > 6 && !text.Contains('{')).ToArray();
        var shown = await page.Locator("customer-profile .frame").InnerTextAsync();
        var labels = await page.EvaluateAsync<string[]>(
            "() => [...document.querySelector('customer-profile').shadowRoot.querySelectorAll('[aria-label],[title]')]"
                + ".flatMap(one => [one.ariaLabel ?? '', one.title])"
        );
        english.Where(shown.Contains).Should().BeEmpty();
        english.Where(text => labels.Any(label => label.Contains(text))).Should().BeEmpty();
    }

    private static void FillUsual(ProfileEdit edit)
    {
        edit.Name = new PersonName("Ada Lovelace", "Ada", "Lovelace");
        edit.JobTitle = "Analyst";
        edit.Company = "Analytical Engines";
        edit.Notes = "Prefers to be called in the afternoon.\nWrites about engines.";
        edit.Address = new PostalAddress("12 St James's Square", "London", null, "SW1Y 4JH", "United Kingdom");
        edit.Phones.Add(new PhoneNumber("+44 20 7946 0000", "work"));
        edit.Emails.Add(new ProfileEmail("countess@example.org", "home"));
        edit.Websites.Add(new Uri("https://ada.example.org/notes"));
        edit.Custom["Plan"] = "Gold";
        edit.Custom["Customer since"] = "1843";
    }

    /// <summary>The same person once more, who differs in some entries and has some of their own.</summary>
    private static void FillOther(ProfileEdit edit)
    {
        edit.JobTitle = "Analyst";
        edit.Company = "The Countess of Lovelace, Mathematics";
        edit.Notes = "Wrote from another address.";
        edit.Address = new PostalAddress("Ockham Park", "Ockham", "Surrey", null, "United Kingdom");
        edit.Phones.Add(new PhoneNumber("+44 20 7946 0000", "home"));
        edit.Emails.Add(new ProfileEmail("king@example.org"));
        edit.Custom["Plan"] = "Silver";
        edit.Custom["Newsletter"] = "no";
        edit.Clear(ProfileField.Websites);
    }

    private static async Task<CustomerId> LongestAsync(HelpDesk desk)
    {
        var id = await desk.ReceiveAsync($"{new string('l', 60)}@example.com");
        await desk.SaveAsync(
            id,
            edit =>
            {
                edit.Name = new string('W', 256);
                edit.Company = new string('C', 256);
                edit.JobTitle = string.Join(' ', Enumerable.Repeat("Vorsitzender", 19));
                edit.Notes = string.Join('\n', Enumerable.Repeat("A line that somebody wrote down.", 12));
                edit.Address = new PostalAddress(new string('S', 200), new string('L', 100));
                for (var i = 0; i < 12; i++)
                {
                    edit.Phones.Add(new PhoneNumber($"+44 20 7946 00{i:00}", new string('x', 40)));
                    edit.Websites.Add(new Uri($"https://example.org/{new string('p', 150)}{i}"));
                    edit.Custom[$"{new string('k', 60)}{i}"] = new string('v', 300);
                }
            }
        );
        return id;
    }

    private static async Task CheckAsync(IPage page, string picture)
    {
        await page.PictureAsync(picture);
        await page.ShouldNotScrollSidewaysAsync();
        await page.ShouldBeAccessibleAsync();
    }

    private static Dictionary<string, string> English() =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(
            File.ReadAllText(
                Path.Combine(RepositoryRoot.Path, "src/CustomerProfiles.AspNetCore/Assets/Files/texts.en.json")
            )
        )!;

    /// <summary>The text with other letters and half as long again; what is in braces stays.</summary>
    private static string Pseudo(string text)
    {
        var pseudo = new StringBuilder();
        var isName = false;
        foreach (var letter in text)
        {
            isName = letter == '{' || (isName && letter != '}');
            pseudo.Append(
                !isName && char.IsAsciiLetter(letter)
                    ? $"{letter}\u0301"
                    : letter.ToString(CultureInfo.InvariantCulture)
            );
        }

        return $"\u05D0{pseudo} {new string('\u05D1', text.Length / 2)}";
    }
}
