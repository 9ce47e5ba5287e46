using System.Text;
using CustomerProfiles.Browser.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CustomerProfiles.Browser.Tests;

/// <summary>
/// Attempts to run script in an agent's page, or to make it load something, by every value that others can choose.
/// </summary>
[Collection(BrowserCollection.Name)]
public sealed class HostileValueTests(Chromium browser)
{
    private const string Attack = "<img src=x onerror=\"document.title='0'\"><script>document.title='0'</script>";

    /// <summary>What becomes an element, a handler or an address that runs, in any of the shadow roots.</summary>
    private const string Dangers = """
        () => ["customer-profile", "customer-search", "customer-merge"]
          .flatMap((name) => [...document.querySelectorAll(name)])
          .flatMap((element) => [...element.shadowRoot.querySelectorAll("*")])
          .filter((one) => ["IMG", "SCRIPT", "IFRAME", "OBJECT", "EMBED", "STYLE", "VIDEO"].includes(one.tagName)
            || [...one.attributes].some(({ name }) => name.startsWith("on") || name === "style")
            || (one.href && !/^(https?|mailto|tel):/.test(one.href.animVal ?? one.href)))
          .map((one) => one.outerHTML)
        """;

    [Fact]
    public async Task Labels_keys_and_options_of_properties_stay_text()
    {
        PropertyDefinition[] definitions =
        [
            PropertyDefinition.Text("<b>key</b>", Attack),
            PropertyDefinition.Option(
                "choice",
                $"1{Attack}",
                new PropertyOption("\"><script>", $"2{Attack}"),
                new PropertyOption("b", $"3{Attack}")
            ),
            PropertyDefinition.Url("site", $"4{Attack}"),
            PropertyDefinition.Boolean("blank", $"5{Attack}"),
        ];
        await using var desk = await HelpDesk.StartAsync(browser, profiles: options => Define(options, definitions));
        var id = await desk.ReceiveAsync();
        await desk.SaveAsync(
            id,
            edit =>
            {
                edit.Custom["<b>key</b>"] = Attack;
                edit.Custom["choice"] = "\"><script>";
                edit.Custom["site"] = "https://example.org/?q=<script>alert(1)</script>";
            }
        );
        var page = await desk.OpenAsync(id);
        await page.Locator("customer-profile [part=history] > summary").ClickAsync();
        await Expect(page.Change(1)).ToContainTextAsync(Attack);
        await NothingRunsAsync(page);

        foreach (var label in new[] { Attack, $"1{Attack}" })
        {
            await page.Button($"Edit: {label}").ClickAsync();
            await Expect(page.Locator("customer-profile form")).ToBeVisibleAsync();
            await NothingRunsAsync(page);
            await page.Button("Cancel").ClickAsync();
        }

        await Expect(page.Field("custom:choice")).ToContainTextAsync($"2{Attack}");
        await Expect(page.Button($"Add: 5{Attack}")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task What_agents_and_cases_are_called_stays_text()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        var id = await desk.ReceiveAsync();
        var other = await desk.ReceiveAsync($"\"{Attack.Replace('"', '\'')}\" <other@example.org>");
        await desk.SaveAsync(id, edit => (edit.Notes, edit.CaseReference) = ("x", Attack), Attack);
        await desk.SaveAsync(id, edit => edit.Clear(ProfileField.Company), Attack);
        var request = new MergeRequest
        {
            From = other,
            Into = id,
            CaseReference = Attack,
        };
        await desk.Profiles.Merging.MergeAsync(request, Actor.Agent(Attack));
        var page = await desk.OpenAsync(id);
        foreach (var part in new[] { "history", "merges", "origin" })
        {
            await page.Locator($"customer-profile [part={part}] > summary").ClickAsync();
        }

        await page.Button("Show sources").ClickAsync();
        await Expect(page.Field("notes").Locator(".source")).ToContainTextAsync(Attack);
        await Expect(page.Locator("customer-profile .merges")).ToContainTextAsync(Attack);
        await Expect(page.Locator("customer-profile .history:not(.merges)")).ToContainTextAsync($"Case: {Attack}");
        await Expect(page.Locator("customer-profile header")).ToContainTextAsync($"left blank by {Attack}");
        await page.Button("Undo the merge", exact: false).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await NothingRunsAsync(page);
    }

    [Fact]
    public async Task A_page_of_a_provider_is_a_link_only_if_it_is_of_the_web()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        desk.Directory.ClaimPage = new Uri("javascript:document.title='0'");
        desk.Directory.OptOutPage = new Uri("data:text/html,<script>alert(1)</script>");
        var id = await desk.ReceiveAsync();
        await desk.DrainAsync();

        var page = await desk.OpenAsync(id, "sam");
        await page.GetByText("Where from").ClickAsync();
        await page.Field("location").Locator("summary").ClickAsync();

        await Expect(page.Field("location")).ToContainTextAsync("It comes from a provider.");
        await Expect(page.Locator("customer-profile .provider[data-provider] a")).ToHaveCountAsync(0);
        await Expect(page.Field("location").Locator("a")).ToHaveCountAsync(0);
        await NothingRunsAsync(page);
    }

    /// <summary>The element does not rely on the server for it.</summary>
    [Fact]
    public async Task An_address_in_a_response_is_a_link_only_if_it_is_of_the_web()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        var id = await desk.ReceiveAsync();
        await desk.DrainAsync();
        await desk.SaveAsync(id, edit => edit.Websites.Add(new Uri("https://ada.example.org/")));

        var page = await desk.OpenAsync(
            id,
            before: page =>
                page.RouteAsync(
                    "**/sidebar",
                    async route =>
                    {
                        var response = await route.FetchAsync();
                        var text = (await response.TextAsync()).Replace("https://", "javascript:alert(1)//");
                        await route.FulfillAsync(
                            new() { Response = response, BodyBytes = Encoding.UTF8.GetBytes(text) }
                        );
                    }
                )
        );
        await page.GetByText("Where from").ClickAsync();

        await Expect(page.Field("websites")).ToContainTextAsync("javascript:alert(1)//ada.example.org");
        await Expect(page.Field("websites").Locator("a")).ToHaveCountAsync(0);
        await Expect(page.Field("social-profiles").Locator("a")).ToHaveCountAsync(0);
        await NothingRunsAsync(page);
    }

    [Theory]
    [InlineData("constructor")]
    [InlineData("toString")]
    [InlineData("__proto__")]
    [InlineData("hasOwnProperty")]
    public async Task A_network_that_is_called_like_a_part_of_an_object_is_shown_as_it_is(string network)
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        desk.Directory.Information = new()
        {
            SocialProfiles = [new SocialProfile(network, new Uri("https://example.org/ada"), network)],
        };
        var id = await desk.ReceiveAsync();
        await desk.DrainAsync();
        await desk.SaveAsync(id, edit => edit.Custom[network] = network);

        var page = await desk.OpenAsync(id);

        await Expect(page.Field("social-profiles").Locator(".network")).ToHaveTextAsync(network);
        await Expect(page.Field($"custom:{network}").Locator("h3")).ToHaveTextAsync(network);
        await page.Button($"Edit: {network}").ClickAsync();
        await Expect(page.Locator("customer-profile textarea")).ToHaveValueAsync(network);
    }

    /// <summary>The element finds the button again by a selector that has the key in it.</summary>
    [Theory]
    [InlineData("a\"] , * , [b=\"")]
    [InlineData("back\\slash\\")]
    [InlineData("'; } * { display: none")]
    [InlineData("{field} was left blank by {by}")]
    public async Task A_key_that_looks_like_code_is_edited_like_any_other(string key)
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        var id = await desk.ReceiveAsync();
        await desk.SaveAsync(id, edit => edit.Custom[key] = "one");
        var page = await desk.OpenAsync(id);

        await page.Button($"Edit: {key}").ClickAsync();
        await page.Locator("customer-profile textarea").FillAsync("two");
        await page.Button("Save").ClickAsync();
        await page.SaysAsync("Saved.");
        (await page.FocusedAsync()).Should().Be($"Edit: {key}");
        await page.Button($"Edit: {key}").ClickAsync();
        await page.Locator("customer-profile textarea").FillAsync("");
        await page.Button("Save").ClickAsync();

        await Expect(page.Locator("customer-profile .cleared")).ToContainTextAsync($"{key} was left blank by kim.");
        (await desk.ProfileOfAsync(id)).Find(ProfileField.Custom(key))!.IsCleared.Should().BeTrue();
        await NothingRunsAsync(page);
    }

    [Theory]
    [InlineData("ada?bcc=eve&body=x@example.com", "mailto:ada%3Fbcc%3Deve%26body%3Dx@example.com")]
    [InlineData("ada%0d%0abcc@example.com", "mailto:ada%250d%250abcc@example.com")]
    [InlineData("ada#x@example.com", "mailto:ada%23x@example.com")]
    public async Task An_address_adds_nothing_to_the_mail_that_is_begun(string address, string link)
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        var id = await desk.ReceiveAsync();
        await desk.SaveAsync(id, edit => edit.Emails.Add(new ProfileEmail(address)));

        var page = await desk.OpenAsync(id);

        await Expect(page.Field("emails").GetByText(address, new() { Exact = true }))
            .ToHaveAttributeAsync("href", link);
    }

    /// <summary>A photo is whatever its server sends: a page, a drawing with script, a counter of visits.</summary>
    [Theory]
    [InlineData("https://evil.example.net/photo.svg")]
    [InlineData("https://evil.example.net/photo.html")]
    [InlineData("http://evil.example.net/photo.png?track=ada")]
    public async Task Nothing_is_loaded_from_where_a_photo_or_a_profile_is(string photo)
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        desk.Directory.Information = new()
        {
            Photo = new Photo(new Uri(photo)),
            SocialProfiles = [new SocialProfile("github", new Uri("https://evil.example.net/ada"), "ada")],
        };
        var id = await desk.ReceiveAsync();
        await desk.DrainAsync();
        var requested = new List<string>();
        var page = await desk.OpenAsync(
            id,
            "sam",
            before: page =>
            {
                page.Request += (_, request) => requested.Add(request.Url);
                return Task.CompletedTask;
            }
        );
        await page.Locator("customer-profile [part=history] > summary").ClickAsync();
        await Expect(page.Change(1)).ToContainTextAsync(photo);
        await page.GetByText("Where from").ClickAsync();
        await Expect(page.GetByText("There is a photo.")).ToBeVisibleAsync();

        requested.Should().NotBeEmpty().And.NotContain(url => url.Contains("evil", StringComparison.Ordinal));
        await NothingRunsAsync(page);
    }

    [Theory]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("../providers")]
    [InlineData("..%2f..%2fproviders")]
    [InlineData("?x#y")]
    [InlineData("//evil.example.net/")]
    [InlineData("https://evil.example.net/")]
    public async Task An_id_that_is_a_path_stays_within_the_customers_of_this_host(string id)
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        desk.ExpectedError = "Failed to load resource";
        var page = await desk.OpenAsync(id: null);
        var requested = new List<Uri>();
        page.Request += (_, request) => requested.Add(new Uri(request.Url));

        await page.EvaluateAsync(
            "id => document.querySelector('customer-profile').setAttribute('customer-id', id)",
            id
        );
        await Expect(page.Locator("customer-profile").GetByRole(AriaRole.Alert))
            .ToContainTextAsync("There is no such customer.");

        requested.Should().NotBeEmpty();
        requested
            .Should()
            .OnlyContain(url =>
                url.Host == new Uri(page.Url).Host
                && url.AbsolutePath.StartsWith("/desk/customer-profiles/customers/", StringComparison.Ordinal)
                && url.AbsolutePath.EndsWith("/sidebar", StringComparison.Ordinal)
            );
    }

    private static void Define(CustomerProfilesOptions options, PropertyDefinition[] definitions)
    {
        foreach (var definition in definitions)
        {
            options.Properties.Add(definition);
        }
    }

    private static async Task NothingRunsAsync(IPage page)
    {
        (await page.EvaluateAsync<string[]>(Dangers)).Should().BeEmpty();
        (await page.TitleAsync()).Should().Be("Help desk");
    }
}
