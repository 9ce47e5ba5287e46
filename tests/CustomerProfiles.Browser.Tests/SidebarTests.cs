using CustomerProfiles.Browser.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CustomerProfiles.Browser.Tests;

/// <summary>What an agent sees and does in the sidebar.</summary>
[Collection(BrowserCollection.Name)]
public sealed class SidebarTests(Chromium browser)
{
    [Fact]
    public async Task A_profile_is_shown_under_a_path_base_and_a_strict_policy()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        var id = await desk.ReceiveAsync();
        await desk.DrainAsync();
        await desk.SaveAsync(
            id,
            edit => (edit.JobTitle, edit.Company, edit.Notes) = ("Analyst", "Engines", "Calls\nback")
        );

        var page = await desk.OpenAsync(id);

        await Expect(page.Locator("customer-profile h2")).ToHaveTextAsync("Ada Lovelace");
        await Expect(page.Locator("customer-profile [part=role]")).ToHaveTextAsync("Analyst Engines");
        await Expect(page.Field("notes").Locator(".text")).ToHaveTextAsync("Calls\nback");
        await Expect(page.Field("emails").GetByRole(AriaRole.Link))
            .ToHaveAttributeAsync("href", "mailto:ada@example.com");
        await Expect(page.Locator("customer-profile .avatar")).ToHaveTextAsync("AL");
        (await page.Locator("customer-profile img").CountAsync()).Should().Be(0, "no photo is loaded from elsewhere");
        var external = page.Field("social-profiles").GetByRole(AriaRole.Link);
        await Expect(external).ToHaveAttributeAsync("rel", "noreferrer noopener");
        (
            await page.EvaluateAsync<string>(
                "() => getComputedStyle(document.querySelector('customer-profile')"
                    + ".shadowRoot.querySelector('.avatar')).borderRadius"
            )
        )
            .Should()
            .Be("50%", "the stylesheet is allowed by the policy");
    }

    [Fact]
    public async Task The_profile_is_requested_once_and_does_not_wait_for_the_texts()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        var id = await desk.ReceiveAsync();
        await desk.DrainAsync();
        var requested = new TaskCompletionSource();
        var calls = new List<string>();
        await desk.OpenAsync(
            id,
            before: async page =>
            {
                page.Request += (_, request) =>
                {
                    if (request.Url.Contains("/customers/", StringComparison.Ordinal))
                    {
                        calls.Add(request.Url);
                        requested.TrySetResult();
                    }
                };
                await page.RouteAsync(
                    "**/texts.en*",
                    async route =>
                    {
                        await requested.Task.Soon();
                        await route.ContinueAsync();
                    }
                );
            }
        );

        calls.Should().ContainSingle().Which.Should().EndWith("/sidebar");
    }

    [Fact]
    public async Task Notes_are_edited_by_keyboard_alone_and_the_focus_returns()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        var id = await desk.ReceiveAsync();
        var page = await desk.OpenAsync(id);

        await page.Button("Add: Notes").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.TypeAsync("First line");
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.TypeAsync("second line");
        await page.Keyboard.PressAsync("Control+Enter");
        await page.SaysAsync("Saved.");

        (await desk.ProfileOfAsync(id)).Notes.Should().Be("First line\nsecond line");
        (await page.FocusedAsync()).Should().Be("Edit: Notes");

        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.TypeAsync("discarded ");
        await page.Keyboard.PressAsync("Escape");
        await page.SaysAsync("Nothing was changed.");
        (await page.FocusedAsync()).Should().Be("Edit: Notes");
        (await desk.ProfileOfAsync(id)).Version.Should().Be(2);
    }

    [Fact]
    public async Task Name_job_title_and_company_are_saved_together()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        var id = await desk.ReceiveAsync();
        var page = await desk.OpenAsync(id);

        await page.Button("Edit name, job title and company").ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Ada King");
        await page.GetByLabel("Given name").FillAsync("Ada");
        await page.GetByLabel("Family name").FillAsync("King");
        await page.GetByLabel("Job title", new() { Exact = true }).FillAsync("Countess");
        await page.GetByLabel("Company", new() { Exact = true }).FillAsync("Engines");
        await page.Button("Save").ClickAsync();
        await page.SaysAsync("Saved.");

        var profile = await desk.ProfileOfAsync(id);
        profile.Version.Should().Be(2);
        profile.Name.Should().Be(new PersonName("Ada King", "Ada", "King"));
        (profile.JobTitle, profile.Company).Should().Be(("Countess", "Engines"));
        (await page.FocusedAsync()).Should().Be("Edit name, job title and company");
    }

    [Fact]
    public async Task Entries_of_a_list_are_added_changed_and_removed()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        var id = await desk.ReceiveAsync();
        await desk.SaveAsync(
            id,
            edit => edit.Phones.ReplaceWith([new PhoneNumber("+44 20 7946 0000"), new PhoneNumber("+44 20 7946 0001")])
        );
        var page = await desk.OpenAsync(id);

        await page.Button("Edit: Telephone numbers").ClickAsync();
        await page.GetByLabel("Label, such as work").First.FillAsync("home");
        await page.Button("Remove: Telephone numbers 2").ClickAsync();
        await page.Button("Add another").ClickAsync();
        await page.GetByLabel("Number", new() { Exact = true }).Last.FillAsync("+44 20 7946 0002");
        await page.Button("Save").ClickAsync();
        await page.SaysAsync("Saved.");

        (await desk.ProfileOfAsync(id))
            .Phones.Select(phone => (phone.Number, phone.Label))
            .Should()
            .Equal(("+44 20 7946 0000", "home"), ("+44 20 7946 0002", null));
    }

    [Fact]
    public async Task What_is_wrong_is_shown_at_its_input_and_what_was_typed_stays()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        desk.ExpectedError = "422";
        var id = await desk.ReceiveAsync();
        var page = await desk.OpenAsync(id);

        await page.Button("Add: Websites").ClickAsync();
        await page.GetByLabel("Web address").FillAsync("ftp://ada.example.org");
        await page.Button("Save").ClickAsync();

        var input = page.GetByLabel("Web address");
        await Expect(input).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(input).ToHaveAccessibleDescriptionAsync("This is not in the expected form; correct it.");
        await Expect(input).ToBeFocusedAsync();
        await Expect(input).ToHaveValueAsync("ftp://ada.example.org");
        await page.ShouldBeAccessibleAsync();

        await input.FillAsync("ada.example.org");
        await page.Button("Save").ClickAsync();
        await page.SaysAsync("Saved.");
        (await desk.ProfileOfAsync(id)).Websites.Should().Equal(new Uri("https://ada.example.org"));
    }

    [Fact]
    public async Task A_locked_field_says_why_and_where_the_customer_corrects_it()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        var id = await desk.ReceiveAsync();
        await desk.DrainAsync();
        var page = await desk.OpenAsync(id);
        var location = page.Field("location");

        (await location.GetByRole(AriaRole.Button).CountAsync()).Should().Be(0);
        await location.Locator("summary").ClickAsync();

        await Expect(location).ToContainTextAsync("It comes from a provider. The customer can correct it there.");
        await Expect(location.GetByRole(AriaRole.Link))
            .ToHaveAttributeAsync("href", "https://directory.example.org/claim");
    }

    [Fact]
    public async Task A_cleared_field_names_who_cleared_it_and_can_be_reset()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        var id = await desk.ReceiveAsync();
        await desk.SaveAsync(id, edit => edit.Clear(ProfileField.Company));
        var page = await desk.OpenAsync(id);
        await Expect(page.Locator("customer-profile header")).ToContainTextAsync("Company was left blank by lee.");

        await page.Button("Reset: Company may be filled again").ClickAsync();
        await page.SaysAsync("Reset. It may be filled again.");

        (await desk.ProfileOfAsync(id)).Find(ProfileField.Company).Should().BeNull();
    }

    [Fact]
    public async Task The_photo_is_cleared_and_reset()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        var id = await desk.ReceiveAsync();
        await desk.DrainAsync();
        var page = await desk.OpenAsync(id);
        await page.GetByText("Where from").ClickAsync();

        await page.Button("Clear the photo").ClickAsync();
        await page.SaysAsync("The photo was cleared.");
        (await desk.ProfileOfAsync(id)).Find(ProfileField.Photo)!.IsCleared.Should().BeTrue();

        await page.Button("Reset the photo").ClickAsync();
        await page.SaysAsync("Reset. It may be filled again.");
        (await desk.ProfileOfAsync(id)).Find(ProfileField.Photo).Should().BeNull();
    }

    [Fact]
    public async Task The_sources_of_all_values_are_shown_by_one_button()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        var id = await desk.ReceiveAsync();
        await desk.DrainAsync();
        await desk.SaveAsync(id, edit => edit.Notes = "x");
        var page = await desk.OpenAsync(id);
        (await page.Locator("customer-profile .source").CountAsync()).Should().Be(0);

        await page.GetByText("Where from").ClickAsync();
        await page.Button("Show sources").ClickAsync();

        await Expect(page.Field("notes").Locator(".source")).ToContainTextAsync("lee, ");
        await Expect(page.Field("location").Locator(".source")).ToContainTextAsync("From directory, ");
        await Expect(page.Field("emails").Locator(".source")).ToContainTextAsync("From a conversation, ");
        await Expect(page.Button("Show sources")).ToHaveAttributeAsync("aria-pressed", "true");
    }

    [Fact]
    public async Task A_supervisor_disables_a_provider_removes_its_data_and_suppresses_the_customer()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        var id = await desk.ReceiveAsync();
        await desk.DrainAsync();
        var page = await desk.OpenAsync(id, "sam");
        await page.GetByText("Where from").ClickAsync();

        await page.Button("Disable for everybody: directory").ClickAsync();
        await page.Button("Cancel").ClickAsync();
        (await desk.Profiles.GetProvidersAsync())[0].IsEnabled.Should().BeTrue("it was not confirmed");
        await page.Button("Disable for everybody: directory").ClickAsync();
        await page.Button("Yes, do it").ClickAsync();
        await page.SaysAsync("The provider is disabled.");
        (await desk.Profiles.GetProvidersAsync())[0].IsEnabled.Should().BeFalse();

        await page.Button("Remove its data: directory").ClickAsync();
        await page.Button("Yes, do it").ClickAsync();
        await page.SaysAsync("The data was removed.");
        (await desk.ProfileOfAsync(id)).Location.Should().BeNull();

        await page.Button("Never look up this customer").ClickAsync();
        await page.Button("Yes, do it").ClickAsync();
        await page.SaysAsync("The customer is no longer looked up.");
        (await desk.Profiles.GetSidebarAsync(id))!.IsSuppressed.Should().BeTrue();
    }

    [Fact]
    public async Task A_supervisor_asks_a_provider_now_and_sees_what_came_of_it()
    {
        var time = new TestTime(NodaTime.Instant.FromUtc(2026, 3, 1, 13, 54, 30));
        await using var desk = await HelpDesk.StartAsync(browser, time: time);
        desk.ExpectedError = "409";
        var id = await desk.ReceiveAsync();
        await desk.DrainAsync();
        desk.Directory.Information = new() { Location = "Paris, France" };
        var page = await desk.OpenAsync(id, "sam", before: page => page.Clock.InstallAsync());
        await page.GetByText("Where from").ClickAsync();
        var ask = page.Button("Ask now: directory");

        await ask.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("customer-profile [role=alert]"))
            .ToHaveTextAsync("The provider was asked a moment ago. Ask again from 2:05 PM.");
        (await page.FocusedAsync()).Should().Be("Ask now: directory");
        await page.ShouldBeAccessibleAsync();

        time.Advance(TimeSpan.FromMinutes(10));
        await page.Keyboard.PressAsync("Enter");
        await page.SaysAsync("The provider is being asked.");
        var provider = page.Locator("customer-profile [data-provider=directory]");
        await Expect(provider).ToContainTextAsync("A check is under way.");
        await Expect(ask).ToHaveCountAsync(0);
        await Expect(page.Locator("customer-profile [role=alert]")).ToHaveCountAsync(0);
        (await page.FocusedAsync()).Should().Be("provider-directory");
        await page.ShouldBeAccessibleAsync();

        await desk.DrainAsync();
        await page.Clock.FastForwardAsync(2_000);
        await Expect(page.Field("location")).ToContainTextAsync("Paris, France");
        await Expect(ask).ToBeVisibleAsync();
        (await page.FocusedAsync()).Should().Be("provider-directory");
    }

    [Fact]
    public async Task A_provider_is_not_offered_to_be_asked_where_that_would_be_refused()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        var id = await desk.ReceiveAsync();
        var page = await desk.OpenAsync(id, "sam");
        await page.GetByText("Where from").ClickAsync();
        await Expect(page.Locator("customer-profile [data-provider=directory]"))
            .ToContainTextAsync("A check is under way.");
        await Expect(page.Button("Ask now: directory")).ToHaveCountAsync(0);

        await desk.DrainAsync();
        await page.EvaluateAsync("() => document.querySelector('customer-profile').refresh()");
        await Expect(page.Button("Ask now: directory")).ToBeVisibleAsync();
        await page.Button("Never look up this customer").ClickAsync();
        await page.Button("Yes, do it").ClickAsync();
        await page.SaysAsync("The customer is no longer looked up.");
        await Expect(page.Button("Ask now: directory")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task An_agent_is_offered_nothing_that_would_be_refused()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        var id = await desk.ReceiveAsync();
        var page = await desk.OpenAsync(id);
        await page.GetByText("Where from").ClickAsync();

        (await page.Button("Disable for everybody: directory").CountAsync()).Should().Be(0);
        (await page.Button("Never look up this customer").CountAsync()).Should().Be(0);
        await desk.DrainAsync();
        await page.EvaluateAsync("() => document.querySelector('customer-profile').refresh()");
        await Expect(page.Field("location")).ToContainTextAsync("London, England");
        (await page.Button("Ask now: directory").CountAsync()).Should().Be(0);
    }

    [Fact]
    public async Task A_pending_check_is_looked_for_after_2_5_and_15_seconds_without_moving_the_focus()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        var id = await desk.ReceiveAsync();
        var reads = 0;
        var page = await desk.OpenAsync(
            id,
            before: async page =>
            {
                await page.Clock.InstallAsync();
                page.Request += (_, request) =>
                    reads += request.Url.EndsWith("/sidebar", StringComparison.Ordinal) ? 1 : 0;
            }
        );
        await page.Button("Add: Notes").FocusAsync();
        reads.Should().Be(1);

        foreach (var (seconds, expected) in new[] { (2, 2), (5, 3) })
        {
            await page.RunAndWaitForResponseAsync(
                () => page.Clock.FastForwardAsync(seconds * 1_000),
                response => response.Url.EndsWith("/sidebar", StringComparison.Ordinal)
            );
            reads.Should().Be(expected);
        }

        await desk.DrainAsync();
        await page.Clock.FastForwardAsync(15_000);
        await Expect(page.Field("location")).ToContainTextAsync("London, England");
        (await page.FocusedAsync()).Should().Be("Add: Notes");
        await page.SaysAsync("The profile was updated.");
        await page.Clock.FastForwardAsync(600_000);
        reads.Should().Be(4, "it is not looked for again");
    }

    [Fact]
    public async Task A_result_that_comes_while_somebody_types_disturbs_nothing()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        var id = await desk.ReceiveAsync();
        var page = await desk.OpenAsync(id, before: page => page.Clock.InstallAsync());
        await page.Button("Add: Notes").ClickAsync();
        await page.Keyboard.TypeAsync("half ");
        await desk.DrainAsync();

        await page.RunAndWaitForResponseAsync(
            () => page.Clock.FastForwardAsync(2_000),
            response => response.Url.EndsWith("/sidebar", StringComparison.Ordinal)
        );
        await page.Keyboard.TypeAsync("a sentence");
        await page.Keyboard.PressAsync("Control+Enter");
        await page.SaysAsync("Saved.");

        var profile = await desk.ProfileOfAsync(id);
        (profile.Notes, profile.Location).Should().Be(("half a sentence", "London, England"));
        await Expect(page.Field("location")).ToContainTextAsync("London, England");
    }

    [Fact]
    public async Task An_address_is_copied()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        var page = await desk.OpenAsync(await desk.ReceiveAsync());

        await page.Button("Copy ada@example.com").ClickAsync();
        await page.SaysAsync("Copied.");

        (await page.EvaluateAsync<string>("() => navigator.clipboard.readText()")).Should().Be("ada@example.com");
    }

    [Fact]
    public async Task Markup_and_script_in_every_field_stay_text()
    {
        const string attack = "<img src=x onerror=\"document.title='0'\"><script>document.title='0'</script>";
        await using var desk = await HelpDesk.StartAsync(browser);
        desk.Directory.Information = new()
        {
            Location = attack,
            Bio = attack,
            SocialProfiles = [new SocialProfile(attack, username: attack)],
        };
        var id = await desk.ReceiveAsync();
        await desk.DrainAsync();
        await desk.SaveAsync(
            id,
            edit =>
            {
                edit.Name = attack;
                edit.Company = attack;
                edit.JobTitle = attack;
                edit.Notes = attack;
                edit.Address = new PostalAddress(attack, attack);
                edit.Phones.Add(new PhoneNumber("+44 20 7946 0000", "<b>label</b>"));
                edit.Custom["<i>key</i>"] = attack;
            }
        );

        var page = await desk.OpenAsync(id);

        await Expect(page.Locator("customer-profile h2")).ToHaveTextAsync(attack);
        await Expect(page.Field("notes").Locator(".text")).ToHaveTextAsync(attack);
        (await page.Locator("customer-profile :is(img, script, b, i)").CountAsync()).Should().Be(0);
        (await page.TitleAsync()).Should().Be("Help desk");
    }
}
