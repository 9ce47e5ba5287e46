using CustomerProfiles.Browser.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CustomerProfiles.Browser.Tests;

/// <summary>Custom properties by their type: how they are shown, and edited with what the browser has for it.</summary>
[Collection(BrowserCollection.Name)]
public sealed class PropertyTests(Chromium browser)
{
    private static readonly PropertyDefinition[] Definitions =
    [
        PropertyDefinition.Number("seats", "Seats"),
        PropertyDefinition.Date("renewal", "Renewal"),
        PropertyDefinition.Url("site", "Shop"),
        PropertyDefinition.Boolean("vip", "Important"),
        PropertyDefinition.Option(
            "plan",
            "Plan",
            new PropertyOption("basic", "Basic"),
            new PropertyOption("old", "Old plan") { IsArchived = true },
            new PropertyOption("pro", "Professional")
        ),
        PropertyDefinition.Option(
            "size",
            "Size",
            new PropertyOption("small", "medium"),
            new PropertyOption("medium", "large"),
            new PropertyOption("large", "huge")
        ),
    ];

    private const string Unfit = "This does not fit the type of the field; correct it.";

    /// <summary>Month, day and year of a date.</summary>
    private static readonly string[] EmptyDate = ["Backspace", "Tab", "Backspace", "Tab", "Backspace"];

    [Theory]
    [InlineData("seats", "input[type=number]", "12.5", "12.5", "12.5")]
    [InlineData("renewal", "input[type=date]", "2028-02-29", "2028-02-29", "Feb 29, 2028")]
    [InlineData("site", "input[type=url]", "shop.example.com/a", "https://shop.example.com/a", "shop.example.com/a")]
    [InlineData("vip", "select", "false", "false", "No")]
    [InlineData("plan", "select", "pro", "pro", "Professional")]
    public async Task A_property_is_set_with_the_input_of_its_type_and_shown_in_words(
        string key,
        string input,
        string value,
        string kept,
        string shown
    )
    {
        await using var desk = await StartAsync();
        var id = await desk.ReceiveAsync();
        var page = await desk.OpenAsync(id);

        await AddAsync(page, key);
        var control = page.Locator($"customer-profile form {input}");
        await Expect(control).ToBeFocusedAsync();
        await page.ShouldBeAccessibleAsync();
        if (input == "select")
        {
            await control.SelectOptionAsync(value);
        }
        else
        {
            await control.FillAsync(value);
        }

        await page.Button("Save").ClickAsync();
        await page.SaysAsync("Saved.");

        (await TextAsync(desk, id, key)).Should().Be(kept);
        await Expect(page.Field($"custom:{key}").Locator(".entry")).ToHaveTextAsync(shown);
        (await page.FocusedAsync()).Should().Be($"Edit: {LabelOf(key)}");
    }

    [Theory]
    [InlineData("seats", "42", "42")]
    [InlineData("vip", "y", "true")]
    [InlineData("plan", "b", "basic")]
    [InlineData("site", "https://example.org/", "https://example.org/")]
    public async Task A_property_is_set_by_keyboard_alone(string key, string keys, string kept)
    {
        await using var desk = await StartAsync();
        var id = await desk.ReceiveAsync();
        var page = await desk.OpenAsync(id);

        await page.Button($"Add: {LabelOf(key)}").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("customer-profile form")).ToBeVisibleAsync();
        await page.Keyboard.TypeAsync(keys);
        await page.Keyboard.PressAsync("Control+Enter");
        await page.SaysAsync("Saved.");

        (await TextAsync(desk, id, key)).Should().Be(kept);
    }

    [Theory]
    [InlineData("seats", "3")]
    [InlineData("renewal", "2027-01-31")]
    [InlineData("site", "https://example.org/")]
    [InlineData("vip", "true")]
    [InlineData("plan", "basic")]
    public async Task A_property_is_begun_with_what_it_holds_and_is_cleared_when_nothing_is_chosen(
        string key,
        string value
    )
    {
        await using var desk = await StartAsync();
        var id = await desk.ReceiveAsync();
        await desk.SaveAsync(id, edit => edit.Custom[key] = value);
        var page = await desk.OpenAsync(id);
        await page.Button($"Edit: {LabelOf(key)}").ClickAsync();
        var control = page.Locator("customer-profile form input, customer-profile form select");
        await Expect(control).ToHaveValueAsync(value);

        await page.Button("Save").ClickAsync();
        await Expect(page.Locator("customer-profile form")).ToHaveCountAsync(0);
        (await desk.ProfileOfAsync(id)).Version.Should().Be(2, "nothing was changed");
        await page.Button($"Edit: {LabelOf(key)}").ClickAsync();
        if (key is "vip" or "plan")
        {
            await control.SelectOptionAsync("");
        }
        else
        {
            await control.FillAsync("");
        }

        await page.Button("Save").ClickAsync();
        await page.SaysAsync("Saved.");

        (await desk.ProfileOfAsync(id)).Find(ProfileField.Custom(key))!.IsCleared.Should().BeTrue();
    }

    [Theory]
    [InlineData(null, new[] { "", "basic", "pro" })]
    [InlineData("old", new[] { "", "basic", "old", "pro" })]
    public async Task An_option_that_is_archived_is_offered_only_where_it_is_set(string? held, string[] offered)
    {
        await using var desk = await StartAsync();
        var id = held is null ? await desk.ReceiveAsync() : await ImportAsync(desk, "plan", held);
        var page = await desk.OpenAsync(id);
        await Expect(page.Field("custom:plan").Locator(".entry")).ToHaveTextAsync(held is null ? [] : ["Old plan"]);

        await page.Button(held is null ? "Add: Plan" : "Edit: Plan").ClickAsync();

        var codes = await page.Locator("customer-profile form option")
            .EvaluateAllAsync<string[]>("all => all.map(one => one.value)");
        codes.Should().Equal(offered);
        await Expect(page.Locator("customer-profile form select")).ToHaveValueAsync(held ?? "");
    }

    [Fact]
    public async Task What_is_no_number_is_said_at_the_input_and_is_not_taken_for_blank()
    {
        await using var desk = await StartAsync();
        var id = await desk.ReceiveAsync();
        await desk.SaveAsync(id, edit => edit.Custom["seats"] = "3");
        var page = await desk.OpenAsync(id);
        await page.Button("Edit: Seats").ClickAsync();
        var control = page.Locator("customer-profile form input");
        await control.SelectTextAsync();
        await page.Keyboard.TypeAsync("1e");

        await page.Button("Save").ClickAsync();

        var error = page.Locator("customer-profile form .error");
        await Expect(error).ToHaveTextAsync("This does not fit the type of the field; correct it.");
        await Expect(control).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(control).ToBeFocusedAsync();
        await page.ShouldBeAccessibleAsync();
        await page.Keyboard.PressAsync("Control+Enter");
        await Expect(error).ToHaveCountAsync(1);
        (await TextAsync(desk, id, "seats")).Should().Be("3");

        await control.FillAsync("-.5");
        await page.Button("Save").ClickAsync();
        await page.SaysAsync("Saved.");
        (await TextAsync(desk, id, "seats")).Should().Be("-0.5");
    }

    [Theory]
    [InlineData("seats", "3")]
    [InlineData("seats", null)]
    [InlineData("renewal", "2027-01-31")]
    [InlineData("renewal", null)]
    public async Task What_is_no_value_of_its_type_is_still_refused_after_another_customer_was_shown(
        string key,
        string? held
    )
    {
        await using var desk = await StartAsync();
        var grace = await desk.ReceiveAsync("Grace Hopper <grace@example.org>");
        var id = await desk.ReceiveAsync();
        if (held is not null)
        {
            await desk.SaveAsync(id, edit => edit.Custom[key] = held);
        }

        var page = await desk.OpenAsync(id);
        await page.Button(held is null ? $"Add: {LabelOf(key)}" : $"Edit: {LabelOf(key)}").ClickAsync();
        var form = page.Locator("customer-profile form");
        var control = form.Locator("input");
        await TypeUnfitAsync(page, control, key, held);
        await Expect(page.Locator("customer-profile [data-focus=sources]")).ToBeDisabledAsync();

        for (var time = 0; time < 2; time++)
        {
            await page.ShowAsync(grace, "Grace Hopper");
            await Expect(form).ToHaveCountAsync(0);
            await page.ShowAsync(id, "Ada Lovelace");
            await page.Button("Go on editing").ClickAsync();
            await Expect(form.Locator(".error")).ToHaveTextAsync(Unfit);
            await Expect(control).ToHaveAttributeAsync("aria-invalid", "true");
            (await IsUnfitAsync(control)).Should().BeTrue("what was typed is still there");
        }

        await page.ShouldBeAccessibleAsync();
        await page.Button("Save").ClickAsync();
        await Expect(control).ToBeFocusedAsync();
        await Expect(form.Locator(".error")).ToHaveCountAsync(1);
        (await TextAsync(desk, id, key)).Should().Be(held, "nothing was saved");

        await control.FillAsync(key == "seats" ? "4" : "2028-02-29");
        await page.Button("Save").ClickAsync();
        await page.SaysAsync("Saved.");
        (await TextAsync(desk, id, key)).Should().Be(key == "seats" ? "4" : "2028-02-29");
    }

    [Theory]
    [InlineData("seats", "3")]
    [InlineData("renewal", "2027-01-31")]
    public async Task What_was_no_value_of_its_type_is_cleared_when_the_input_is_emptied(string key, string held)
    {
        await using var desk = await StartAsync();
        var grace = await desk.ReceiveAsync("Grace Hopper <grace@example.org>");
        var id = await desk.ReceiveAsync();
        await desk.SaveAsync(id, edit => edit.Custom[key] = held);
        var page = await desk.OpenAsync(id);
        await page.Button($"Edit: {LabelOf(key)}").ClickAsync();
        var control = page.Locator("customer-profile form input");
        await TypeUnfitAsync(page, control, key, held);
        await page.ShowAsync(grace, "Grace Hopper");
        await page.ShowAsync(id, "Ada Lovelace");
        await page.Button("Go on editing").ClickAsync();

        await control.FocusAsync();
        foreach (var press in key == "seats" ? ["Control+A", "Backspace"] : EmptyDate)
        {
            await page.Keyboard.PressAsync(press);
        }

        (await IsUnfitAsync(control)).Should().BeFalse("it is empty");
        await page.Button("Save").ClickAsync();
        await page.SaysAsync("Saved.");
        (await desk.ProfileOfAsync(id)).Find(ProfileField.Custom(key))!.IsCleared.Should().BeTrue();
    }

    [Fact]
    public async Task A_label_that_is_the_code_of_another_option_is_shown_as_it_is()
    {
        await using var desk = await StartAsync();
        desk.ExpectedError = "Failed to load resource";
        var id = await desk.ReceiveAsync();
        await desk.SaveAsync(id, edit => edit.Custom["size"] = "small");
        var page = await desk.OpenAsync(id);
        await Expect(page.Field("custom:size").Locator(".entry")).ToHaveTextAsync("medium");
        await page.Locator("customer-profile [part=history] > summary").ClickAsync();
        var number = (await desk.Profiles.History.GetAsync(id))!.Entries[0].Number;
        await Expect(page.Change(number).Locator("[data-code='custom:size'] .value")).ToHaveTextAsync(["medium"]);
        await page.Button("Edit: Size").ClickAsync();
        await page.Locator("customer-profile form select")
            .SelectOptionAsync(new SelectOptionValue { Value = "medium" });
        await desk.SaveAsync(id, edit => edit.Custom["size"] = "large");

        await page.Button("Save").ClickAsync();

        await Expect(page.Locator("customer-profile dialog fieldset .value"))
            .ToHaveTextAsync(["medium", "huge", "large"]);
    }

    [Fact]
    public async Task An_error_of_the_server_is_shown_at_the_input_by_its_code()
    {
        await using var desk = await StartAsync();
        desk.ExpectedError = "Failed to load resource";
        var id = await desk.ReceiveAsync();
        var page = await desk.OpenAsync(id);
        await AddAsync(page, "site");
        var control = page.Locator("customer-profile form input");
        await control.FillAsync("ftp://files.example.com/");

        await page.Button("Save").ClickAsync();

        await Expect(page.Locator("customer-profile form .error"))
            .ToHaveTextAsync("This does not fit the type of the field; correct it.");
        await Expect(control).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(control).ToHaveValueAsync("ftp://files.example.com/");
    }

    [Theory]
    [InlineData("seats", "a dozen", "This does not fit the type of the field; correct it.")]
    [InlineData("renewal", "next spring", "This does not fit the type of the field; correct it.")]
    [InlineData("vip", "maybe", "This does not fit the type of the field; correct it.")]
    [InlineData("plan", "gold", "This is none of the options; choose one.")]
    public async Task A_value_that_does_not_fit_is_shown_with_the_reason_and_is_not_lost_in_the_form(
        string key,
        string value,
        string reason
    )
    {
        await using var desk = await StartAsync();
        var id = await ImportAsync(desk, key, value);
        var page = await desk.OpenAsync(id);
        await Expect(page.Field($"custom:{key}").Locator(".entry")).ToHaveTextAsync(value);
        await Expect(page.Field($"custom:{key}").Locator(".error")).ToHaveTextAsync(reason);

        await page.Button($"Edit: {LabelOf(key)}").ClickAsync();

        var control = page.Locator(
            "customer-profile form input, customer-profile form textarea, customer-profile form select"
        );
        await Expect(control).ToHaveValueAsync(value);
        await page.Button("Save").ClickAsync();
        await Expect(page.Locator("customer-profile form")).ToHaveCountAsync(0);
        (await TextAsync(desk, id, key)).Should().Be(value);
    }

    [Fact]
    public async Task History_and_conflicts_show_labels_and_not_codes()
    {
        await using var desk = await StartAsync();
        desk.ExpectedError = "Failed to load resource";
        var id = await desk.ReceiveAsync();
        await desk.SaveAsync(id, edit => (edit.Custom["plan"], edit.Custom["vip"]) = ("basic", "false"));
        var page = await desk.OpenAsync(id);
        await page.Locator("customer-profile [part=history] > summary").ClickAsync();
        var number = (await desk.Profiles.History.GetAsync(id))!.Entries[0].Number;
        await Expect(page.Change(number).Locator("[data-code='custom:plan']")).ToContainTextAsync("Basic");
        await Expect(page.Change(number).Locator("[data-code='custom:vip']")).ToContainTextAsync("No");
        await page.Button("Edit: Plan").ClickAsync();
        await page.Locator("customer-profile form select").SelectOptionAsync("pro");
        await desk.SaveAsync(id, edit => edit.Custom["plan"] = null);

        await page.Button("Save").ClickAsync();

        var dialog = page.Locator("customer-profile dialog");
        await Expect(dialog).ToContainTextAsync("Basic");
        await Expect(dialog).ToContainTextAsync("Professional");
        await Expect(dialog).Not.ToContainTextAsync("basic");
        await dialog.GetByLabel("Professional").CheckAsync();
        await page.Button("Save my choice").ClickAsync();
        await page.SaysAsync("Saved.");
        (await TextAsync(desk, id, "plan")).Should().Be("pro");
    }

    [Fact]
    public async Task Properties_of_every_type_fit_a_narrow_sidebar()
    {
        await using var desk = await StartAsync();
        var id = await desk.ReceiveAsync();
        await desk.SaveAsync(
            id,
            edit =>
            {
                edit.Custom["seats"] = "12.5";
                edit.Custom["renewal"] = "2028-02-29";
                edit.Custom["site"] = "https://shop.example.com/";
                edit.Custom["vip"] = "true";
                edit.Custom["plan"] = "pro";
            }
        );
        var page = await desk.OpenAsync(id, width: 320);
        await page.ShouldBeAccessibleAsync();
        await page.ShouldNotScrollSidewaysAsync();
        await page.PictureAsync("properties");

        foreach (var key in new[] { "seats", "renewal", "site", "vip", "plan" })
        {
            await page.Button($"Edit: {LabelOf(key)}").ClickAsync();
            await page.ShouldBeAccessibleAsync();
            await page.ShouldNotScrollSidewaysAsync();
            await page.PictureAsync($"property-{key}");
            await page.Keyboard.PressAsync("Escape");
        }
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public async Task A_property_without_a_definition_is_offered_only_where_it_is_kept(bool isAllowed, int offered)
    {
        await using var desk = await StartAsync(isAllowed);
        var page = await desk.OpenAsync(await desk.ReceiveAsync());

        await Expect(page.Button("Add: Seats")).ToHaveCountAsync(1);
        await Expect(page.Button("Add: Property")).ToHaveCountAsync(offered);
    }

    /// <summary>Types what the browser gives as blank: a number that is not finished, or a part of a date.</summary>
    private static async Task TypeUnfitAsync(IPage page, ILocator control, string key, string? held)
    {
        await control.FocusAsync();
        if (key == "seats")
        {
            await control.SelectTextAsync();
            await page.Keyboard.TypeAsync("1e");
        }
        else if (held is null)
        {
            await page.Keyboard.TypeAsync("02");
        }
        else
        {
            await page.Keyboard.PressAsync("Backspace");
        }

        await Expect(control).ToHaveValueAsync("");
        (await IsUnfitAsync(control)).Should().BeTrue("the browser says that it is no value");
    }

    private static Task<bool> IsUnfitAsync(ILocator control) =>
        control.EvaluateAsync<bool>("one => one.validity.badInput");

    private Task<HelpDesk> StartAsync(bool allowsUnknown = true) =>
        HelpDesk.StartAsync(
            browser,
            profiles: options =>
            {
                options.AllowUnknownProperties = allowsUnknown;
                foreach (var definition in Definitions)
                {
                    options.Properties.Add(definition);
                }
            }
        );

    /// <summary>A customer of an older system, whose values are kept as they are.</summary>
    private static async Task<CustomerId> ImportAsync(HelpDesk desk, string key, string value)
    {
        var row = new ImportRow
        {
            Id = "1",
            Profile = new NewProfile
            {
                Name = new PersonName("Ada Lovelace"),
                Custom = new Dictionary<string, string> { [key] = value },
            },
        };
        var options = new ImportOptions { System = "old-crm" };
        await foreach (var result in desk.Profiles.ImportAsync(new[] { row }.ToAsyncEnumerable(), options))
        {
            return result.Outcome.Should().BeOfType<ImportOutcome.Created>().Subject.Id;
        }

        throw new InvalidOperationException("The import has no result.");
    }

    private static Task AddAsync(IPage page, string key) => page.Button($"Add: {LabelOf(key)}").ClickAsync();

    private static async Task<string?> TextAsync(HelpDesk desk, CustomerId id, string key) =>
        (await desk.ProfileOfAsync(id)).Find(ProfileField.Custom(key))?.Text;

    private static string LabelOf(string key) => Definitions.Single(one => one.Key == key).Label;
}
