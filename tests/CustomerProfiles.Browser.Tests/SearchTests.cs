using CustomerProfiles.Browser.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CustomerProfiles.Browser.Tests;

/// <summary>The search box.</summary>
[Collection(BrowserCollection.Name)]
public sealed class SearchTests(Chromium browser)
{
    [Fact]
    public async Task A_customer_is_found_and_chosen_by_keyboard()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        var ada = await desk.ReceiveAsync();
        await desk.ReceiveAsync("Adam Smith <adam@example.org>");
        var page = await desk.OpenAsync(id: null);
        await page.EvaluateAsync(
            "() => addEventListener('customer-selected', "
                + "event => document.body.dataset.chosen = event.detail.customerId)"
        );
        var box = page.GetByRole(AriaRole.Combobox, new() { Name = "Find a customer" });

        await box.FocusAsync();
        await page.Keyboard.TypeAsync("ada");
        var options = page.GetByRole(AriaRole.Option);
        await Expect(options).ToHaveCountAsync(2);
        await Expect(box).ToHaveAttributeAsync("aria-expanded", "true");
        await Expect(page.Locator("customer-search div[role=status]")).ToHaveTextAsync("2 found.");
        await page.ShouldBeAccessibleAsync();
        await page.PictureAsync("search");

        var names = await options.Locator(".found-name").AllTextContentsAsync();
        var index = names.ToList().IndexOf("Ada Lovelace");
        for (var i = 0; i <= index; i++)
        {
            await page.Keyboard.PressAsync("ArrowDown");
        }

        await Expect(options.Nth(index)).ToHaveAttributeAsync("aria-selected", "true");
        await Expect(box).ToHaveAttributeAsync("aria-activedescendant", $"option-{index}");
        await page.Keyboard.PressAsync("Enter");

        await Expect(page.Locator("body")).ToHaveAttributeAsync("data-chosen", $"{ada}");
        await Expect(box).ToHaveValueAsync("Ada Lovelace");
        await Expect(box).ToHaveAttributeAsync("aria-expanded", "false");
    }

    [Fact]
    public async Task An_older_result_never_replaces_a_newer_one()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        await desk.ReceiveAsync();
        await desk.ReceiveAsync("Grace Hopper <grace@example.org>");
        var page = await desk.OpenAsync(id: null);
        var held = new TaskCompletionSource();
        var isHeld = new TaskCompletionSource();
        await HoldAsync(page, "ada", isHeld, held);
        var box = page.GetByRole(AriaRole.Combobox);
        await box.FillAsync("ada");
        await isHeld.Task.Soon();

        await box.FillAsync("grace");
        await Expect(page.GetByRole(AriaRole.Option)).ToContainTextAsync(["Grace Hopper"]);
        held.SetResult();
        await page.EvaluateAsync("() => new Promise(resolve => setTimeout(resolve, 100))");

        await Expect(page.GetByRole(AriaRole.Option)).ToContainTextAsync(["Grace Hopper"]);
    }

    [Fact]
    public async Task More_than_a_page_is_shown_on_request()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        for (var i = 0; i < 11; i++)
        {
            await desk.ReceiveAsync($"Person {i} <person{i}@example.com>");
        }

        var page = await desk.OpenAsync(id: null);
        await page.GetByRole(AriaRole.Combobox).FillAsync("person");
        await page.GetByText("Show more").ClickAsync();

        await Expect(page.GetByRole(AriaRole.Option)).ToHaveCountAsync(11);
    }

    [Fact]
    public async Task A_list_is_shown_while_somebody_types_without_a_pause()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        await desk.ReceiveAsync();
        var page = await desk.OpenAsync(id: null, before: page => page.Clock.InstallAsync());
        await page.Clock.PauseAtAsync(TimeProvider.System.GetUtcNow().AddHours(1).UtcDateTime);
        var box = page.GetByRole(AriaRole.Combobox);
        await box.FocusAsync();

        foreach (var letter in "ada l")
        {
            await page.Keyboard.PressAsync($"{letter}");
            await page.Clock.FastForwardAsync(80);
        }

        await Expect(page.GetByRole(AriaRole.Option)).ToContainTextAsync(["Ada Lovelace"]);
    }

    [Fact]
    public async Task A_choice_ends_the_search_for_what_was_typed_last()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        await desk.ReceiveAsync();
        var page = await desk.OpenAsync(id: null);
        var held = new TaskCompletionSource();
        var isHeld = new TaskCompletionSource();
        await HoldAsync(page, "ada l", isHeld, held);
        var box = page.GetByRole(AriaRole.Combobox);
        await box.FillAsync("ada");
        await Expect(page.GetByRole(AriaRole.Option)).ToHaveCountAsync(1);
        await box.FillAsync("ada l");
        await isHeld.Task.Soon();

        await page.GetByRole(AriaRole.Option).ClickAsync();
        held.SetResult();
        await page.EvaluateAsync("() => new Promise(resolve => setTimeout(resolve, 100))");

        await Expect(box).ToHaveValueAsync("Ada Lovelace");
        await Expect(box).ToHaveAttributeAsync("aria-expanded", "false");
        await Expect(page.GetByRole(AriaRole.Option)).ToHaveCountAsync(0);

        await box.PressAsync("ArrowDown");
        await Expect(page.GetByRole(AriaRole.Option)).ToContainTextAsync(["Ada Lovelace"]);
    }

    [Fact]
    public async Task More_is_shown_of_the_list_and_not_of_what_was_typed_since()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        for (var i = 0; i < 11; i++)
        {
            await desk.ReceiveAsync($"Person {i} <person{i}@example.com>");
        }

        var page = await desk.OpenAsync(id: null);
        var isHeld = new TaskCompletionSource();
        await HoldAsync(page, "persons", isHeld, until: new TaskCompletionSource());
        var box = page.GetByRole(AriaRole.Combobox);
        await box.FillAsync("person");
        await Expect(page.GetByRole(AriaRole.Option)).ToHaveCountAsync(9);
        await box.FillAsync("persons");
        await isHeld.Task.Soon();

        await box.PressAsync("ArrowUp");
        await box.PressAsync("Enter");

        await Expect(page.GetByRole(AriaRole.Option)).ToHaveCountAsync(11);
    }

    /// <summary>Holds the requests for a text until a task is completed.</summary>
    private static Task HoldAsync(IPage page, string text, TaskCompletionSource isHeld, TaskCompletionSource until) =>
        page.RouteAsync(
            "**/customers/search",
            async route =>
            {
                if (route.Request.PostData!.Contains($"\"{text}\"", StringComparison.Ordinal))
                {
                    isHeld.TrySetResult();
                    await until.Task;
                }

                await route.ContinueAsync();
            }
        );

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Names_of_256_letters_fit_a_narrow_list(ColorScheme scheme)
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        foreach (var address in new[] { $"{new string('l', 60)}@example.com", "grace@example.org" })
        {
            var id = await desk.ReceiveAsync(address);
            await desk.SaveAsync(
                id,
                edit =>
                    (edit.Name, edit.Company, edit.JobTitle) = (
                        new string('W', 256),
                        new string('C', 256),
                        new string('J', 256)
                    )
            );
        }

        var page = await desk.OpenAsync(id: null, width: 320, scheme: scheme);
        await page.GetByRole(AriaRole.Combobox).FillAsync("WWW");
        var options = page.GetByRole(AriaRole.Option);
        await Expect(options).ToHaveCountAsync(2);
        await page.Keyboard.PressAsync("ArrowDown");

        await page.PictureAsync($"search-longest-320-{scheme}");
        await page.ShouldNotScrollSidewaysAsync();
        await page.ShouldBeAccessibleAsync();
        foreach (var option in await options.AllAsync())
        {
            (await option.BoundingBoxAsync())!.Height.Should().BeLessThan(150, "several fit into the list");
        }
    }

    [Fact]
    public async Task Nobody_found_is_said_and_escape_empties_the_box()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        var page = await desk.OpenAsync(id: null);
        var box = page.GetByRole(AriaRole.Combobox);
        await box.FillAsync("nobody");
        await Expect(page.Locator("customer-search div[role=status]")).ToHaveTextAsync("Nobody was found.");

        await box.PressAsync("Escape");

        await Expect(box).ToHaveValueAsync("");
    }

    [Fact]
    public async Task What_is_searched_for_is_in_no_address()
    {
        await using var desk = await HelpDesk.StartAsync(browser);
        var page = await desk.OpenAsync(id: null);
        var addresses = new List<string>();
        page.Request += (_, request) => addresses.Add(request.Url);

        await page.RunAndWaitForResponseAsync(
            () => page.GetByRole(AriaRole.Combobox).FillAsync("lovelace"),
            response => response.Url.EndsWith("/search", StringComparison.Ordinal)
        );

        addresses.Should().NotBeEmpty().And.NotContain(address => address.Contains("lovelace"));
    }
}
