using System.Globalization;
using System.Text.RegularExpressions;
using CustomerProfiles.Browser.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CustomerProfiles.Browser.Tests;

/// <summary>
/// A server that is slow, gone, or refuses, at everything that the elements do: it is said in words, what was typed or
/// chosen stays, and it is done once afterwards. Saving a form is in <see cref="ConflictTests"/> too.
/// </summary>
[Collection(BrowserCollection.Name)]
public sealed class FailureTests(Chromium browser)
{
    private const string Slow = "slow";
    private const string Gone = "gone";

    /// <summary>A host that shows a page of its own to whoever is signed out.</summary>
    private const string SignIn = "sign-in page";

    /// <summary>How long the elements wait for a response.</summary>
    private const int Patience = 30_000;

    public static TheoryData<string, string> States =>
        new()
        {
            { Slow, "There is no connection." },
            { Gone, "There is no connection." },
            { SignIn, "You are signed out." },
            { "401", "You are signed out." },
            { "403", "You may not do this." },
            { "404", "There is no such customer." },
            { "409", "Somebody else changed the same." },
            { "412", "The profile has changed meanwhile." },
            { "422", "This cannot be saved." },
            { "429", "That was too often." },
            { "500", "Something went wrong." },
            { "503", "The service is not available now." },
        };

    [Theory]
    [MemberData(nameof(States))]
    public async Task Reading_a_profile(string state, string text)
    {
        await using var desk = await StartAsync();
        var id = await desk.ReceiveAsync();
        var page = await desk.OpenAsync(id: null, before: page => BeforeAsync(page, state));
        var requested = await FailAsync(page, "**/sidebar", state);

        await page.EvaluateAsync(
            "id => document.querySelector('customer-profile').setAttribute('customer-id', id)",
            $"{id}"
        );
        await WaitAsync(page, state, requested, page.GetByText("Loading the profile…"));

        await Expect(page.Locator("customer-profile").GetByRole(AriaRole.Alert)).ToContainTextAsync(text);
        await page.ShouldBeAccessibleAsync();
        await page.PictureAsync($"reading-{state.Replace(' ', '-')}");
        await page.UnrouteAsync("**/sidebar");
        await page.Button("Try again").ClickAsync();
        await Expect(page.Locator("customer-profile h2")).ToHaveTextAsync("Ada Lovelace");
    }

    [Theory]
    [MemberData(nameof(States))]
    public async Task Saving_a_list(string state, string text)
    {
        await using var desk = await StartAsync();
        var id = await desk.ReceiveAsync();
        var page = await desk.OpenAsync(id, before: page => BeforeAsync(page, state));
        await page.Button("Add: Telephone numbers").ClickAsync();
        await page.GetByLabel("Number", new() { Exact = true }).FillAsync("+44 20 7946 0000");
        await page.Button("Add another").ClickAsync();
        await page.Keyboard.TypeAsync("+44 20 7946 0001");
        var requested = await FailAsync(page, $"**/customers/{id}", state);

        await page.Button("Save").ClickAsync();
        await WaitAsync(page, state, requested, page.Button("Saving…"));

        await Expect(page.Locator("customer-profile form").GetByRole(AriaRole.Alert)).ToContainTextAsync(text);
        await page.ShouldBeAccessibleAsync();
        await page.PictureAsync($"saving-{state.Replace(' ', '-')}");
        await page.UnrouteAsync($"**/customers/{id}");
        await page.Button("Save").ClickAsync();
        await page.SaysAsync("Saved.");
        var profile = await desk.ProfileOfAsync(id);
        profile.Version.Should().Be(2);
        profile.Phones.Select(phone => phone.Number).Should().Equal("+44 20 7946 0000", "+44 20 7946 0001");
    }

    [Theory]
    [MemberData(nameof(States))]
    public async Task Clearing_the_photo_beside_a_form(string state, string text)
    {
        await using var desk = await StartAsync();
        var id = await desk.ReceiveAsync();
        await desk.DrainAsync();
        var page = await desk.OpenAsync(id, before: page => BeforeAsync(page, state));
        await page.GetByText("Where from").ClickAsync();
        await page.Button("Add: Notes").ClickAsync();
        await page.Keyboard.TypeAsync("Half a sentence");
        var requested = await FailAsync(page, "**/photo/clear", state);

        await page.Button("Clear the photo").ClickAsync();
        await WaitAsync(page, state, requested);

        var alert = page.Locator("customer-profile").GetByRole(AriaRole.Alert);
        await Expect(alert).ToHaveTextAsync(new Regex($"^{Regex.Escape(text)}"));
        await Expect(alert).ToBeInViewportAsync();
        await page.PictureAsync($"clearing-{state.Replace(' ', '-')}");
        await Expect(page.Locator("customer-profile textarea")).ToHaveValueAsync("Half a sentence");
        await page.UnrouteAsync("**/photo/clear");
        await page.Button("Clear the photo").ClickAsync();
        await page.SaysAsync("The photo was cleared.");
        await Expect(alert).ToHaveCountAsync(0);
        await Expect(page.Locator("customer-profile textarea")).ToHaveValueAsync("Half a sentence");
        (await desk.ProfileOfAsync(id)).Find(ProfileField.Photo)!.IsCleared.Should().BeTrue();
    }

    [Fact]
    public async Task A_failure_is_in_sight_at_the_end_of_a_long_profile()
    {
        await using var desk = await StartAsync();
        var id = await desk.ReceiveAsync();
        await desk.DrainAsync();
        await desk.SaveAsync(id, edit => edit.Notes = string.Join('\n', Enumerable.Range(1, 100)));
        var page = await desk.OpenAsync(id, "sam", width: 320);
        await page.GetByText("Where from").ClickAsync();
        await FailAsync(page, "**/suppress", "503");

        await page.Button("Never look up this customer").ClickAsync();
        await page.Button("Yes, do it").ClickAsync();

        var alert = page.Locator("customer-profile").GetByRole(AriaRole.Alert);
        await Expect(alert).ToContainTextAsync("The service is not available now.");
        await Expect(alert).ToBeInViewportAsync(new() { Ratio = 1 });
        await Expect(page.Button("Never look up this customer")).ToBeInViewportAsync();
        (await page.FocusedAsync()).Should().Be("suppress-");
        await page.ShouldBeAccessibleAsync();
        await page.ScreenshotAsync(
            new()
            {
                Path = Path.Combine(RepositoryRoot.Path, "artifacts/screenshots/failure-below.png"),
                Caret = ScreenshotCaret.Initial,
            }
        );

        await page.Button("Close").ClickAsync();
        await Expect(alert).ToHaveCountAsync(0);
        (await page.FocusedAsync()).Should().Be("suppress-");
    }

    [Theory]
    [MemberData(nameof(States))]
    public async Task Suppressing_a_customer(string state, string text)
    {
        await using var desk = await StartAsync();
        var id = await desk.ReceiveAsync();
        await desk.DrainAsync();
        var page = await desk.OpenAsync(id, "sam", before: page => BeforeAsync(page, state));
        await page.GetByText("Where from").ClickAsync();
        var requested = await FailAsync(page, "**/suppress", state);

        await page.Button("Never look up this customer").ClickAsync();
        await page.Button("Yes, do it").ClickAsync();
        await WaitAsync(page, state, requested);

        await Expect(page.Locator("customer-profile").GetByRole(AriaRole.Alert)).ToContainTextAsync(text);
        (await desk.Profiles.GetSidebarAsync(id))!.IsSuppressed.Should().BeFalse();
        await page.PictureAsync($"suppressing-{state.Replace(' ', '-')}");
        await page.UnrouteAsync("**/suppress");
        await page.Button("Never look up this customer").ClickAsync();
        await page.Button("Yes, do it").ClickAsync();
        await page.SaysAsync("The customer is no longer looked up.");
        await Expect(page.Locator("customer-profile").GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
    }

    [Theory]
    [MemberData(nameof(States))]
    public async Task Undoing_a_change(string state, string text)
    {
        await using var desk = await StartAsync();
        var id = await desk.ReceiveAsync();
        await desk.SaveAsync(id, edit => edit.Company = "Engines");
        var page = await desk.OpenAsync(id, before: page => BeforeAsync(page, state));
        await page.Locator("customer-profile [part=history] > summary").ClickAsync();
        await page.Change(1).GetByRole(AriaRole.Button, new() { Name = "Undo this change" }).ClickAsync();
        await Expect(page.Button("Undo it")).ToBeVisibleAsync();
        var requested = await FailAsync(page, "**/revert", state);

        await page.Button("Undo it").ClickAsync();
        await WaitAsync(page, state, requested);

        await Expect(page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Alert)).ToContainTextAsync(text);
        await page.PictureAsync($"undoing-{state.Replace(' ', '-')}");
        await page.UnrouteAsync("**/revert");
        await page.Button("Undo it").ClickAsync();
        await page.SaysAsync("The change was undone.");
        (await desk.ProfileOfAsync(id)).Version.Should().Be(3);
    }

    [Theory]
    [MemberData(nameof(States))]
    public async Task Searching(string state, string text)
    {
        await using var desk = await StartAsync();
        await desk.ReceiveAsync();
        var page = await desk.OpenAsync(id: null, before: page => BeforeAsync(page, state));
        var requested = await FailAsync(page, "**/customers/search", state);
        var box = page.GetByRole(AriaRole.Combobox);

        await box.FillAsync("lovelac");
        if (state == Slow)
        {
            await page.Clock.FastForwardAsync(1_000);
        }

        await WaitAsync(page, state, requested);

        await Expect(page.Locator("customer-search div[role=status]")).ToContainTextAsync(text);
        await Expect(box).ToHaveValueAsync("lovelac");
        await page.PictureAsync($"searching-{state.Replace(' ', '-')}");
        await page.UnrouteAsync("**/customers/search");
        await box.PressSequentiallyAsync("e");
        if (state == Slow)
        {
            await page.Clock.FastForwardAsync(1_000);
        }

        await Expect(page.GetByRole(AriaRole.Option)).ToContainTextAsync(["Ada Lovelace"]);
    }

    [Theory]
    [MemberData(nameof(States))]
    public async Task Merging(string state, string text)
    {
        await using var desk = await StartAsync();
        var from = await desk.ReceiveAsync();
        var into = await desk.ReceiveAsync("Augusta King <augusta@example.net>");
        var page = await desk.OpenAsync(id: null, merge: (from, into), before: page => BeforeAsync(page, state));
        await Expect(page.Button("Merge")).ToBeVisibleAsync();
        var element = page.Locator("customer-merge");
        await element.Locator("[data-code=name] input[value=from]").CheckAsync();
        await Expect(element.Locator("section")).ToHaveAttributeAsync("aria-busy", "false");
        var requested = await FailAsync(page, "**/merges", state);

        await page.Button("Merge").ClickAsync();
        await WaitAsync(page, state, requested, page.Button("Merging…"));

        await Expect(element.GetByRole(AriaRole.Alert)).ToContainTextAsync(text);
        await Expect(element.Locator("[data-code=name] input[value=from]")).ToBeCheckedAsync();
        (await desk.ProfileOfAsync(from)).Id.Should().Be(from);
        await page.PictureAsync($"merging-{state.Replace(' ', '-')}");
        await page.UnrouteAsync("**/merges");
        await page.Button("Merge").ClickAsync();
        await Expect(page.Button("Undo the merge")).ToBeVisibleAsync();
        var merged = await desk.ProfileOfAsync(from);
        (merged.Id, merged.Name!.Full).Should().Be((into, "Ada Lovelace"));
        (await desk.Profiles.Merging.GetMergesAsync(into)).Should().ContainSingle();
    }

    [Fact]
    public async Task Texts_that_do_not_load_are_loaded_when_it_is_tried_again()
    {
        await using var desk = await StartAsync();
        var id = await desk.ReceiveAsync();
        var page = await desk.OpenAsync(id: null, before: page => FailAsync(page, "**/texts.en*", "503"));
        await page.EvaluateAsync(
            "id => document.querySelector('customer-profile').setAttribute('customer-id', id)",
            $"{id}"
        );
        var alert = page.Locator("customer-profile").GetByRole(AriaRole.Alert);
        await Expect(alert).ToContainTextAsync("Error");

        await page.UnrouteAsync("**/texts.en*");
        await alert.GetByRole(AriaRole.Button).ClickAsync();

        await Expect(page.Locator("customer-profile h2")).ToHaveTextAsync("Ada Lovelace");
        await Expect(page.Button("Add: Notes")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Combobox).FillAsync("ada");
        await Expect(page.GetByRole(AriaRole.Option)).ToHaveCountAsync(1);
        await Expect(page.GetByLabel("Find a customer")).ToHaveValueAsync("ada");
    }

    private async Task<HelpDesk> StartAsync()
    {
        var desk = await HelpDesk.StartAsync(browser);
        desk.ExpectedError = "Failed to load resource";
        return desk;
    }

    /// <summary>The clock of the page is to be advanced. It knows nothing of AbortSignal.timeout.</summary>
    private static async Task BeforeAsync(IPage page, string state)
    {
        if (state == Slow)
        {
            await page.Clock.InstallAsync();
            await page.AddInitScriptAsync(
                """
                AbortSignal.timeout = (milliseconds) => {
                  const controller = new AbortController();
                  setTimeout(() => controller.abort(new DOMException("", "TimeoutError")), milliseconds);
                  return controller.signal;
                };
                """
            );
        }
    }

    /// <summary>Lets requests fail.</summary>
    /// <returns>Ends with the first of them.</returns>
    private static async Task<Task> FailAsync(IPage page, string pattern, string state)
    {
        var requested = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await page.RouteAsync(
            pattern,
            async route =>
            {
                requested.TrySetResult();
                switch (state)
                {
                    case Slow:
                        break;
                    case Gone:
                        await route.AbortAsync();
                        break;
                    case SignIn:
                        var headers = new Dictionary<string, string> { ["Location"] = "/desk/page?lang=en&dir=ltr" };
                        await route.FulfillAsync(new() { Status = 302, Headers = headers });
                        break;
                    default:
                        var status = int.Parse(state, CultureInfo.InvariantCulture);
                        await route.FulfillAsync(new() { Status = status, Body = "" });
                        break;
                }
            }
        );
        return requested.Task;
    }

    /// <summary>Waits for the failure: with a slow server until the element waits no longer.</summary>
    private static async Task WaitAsync(IPage page, string state, Task requested, ILocator? meanwhile = null)
    {
        await requested.Soon();
        if (state != Slow)
        {
            return;
        }

        if (meanwhile is not null)
        {
            await Expect(meanwhile).ToBeVisibleAsync();
        }

        await page.Clock.FastForwardAsync(Patience - 1_500);
        await Expect(page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
        await page.Clock.FastForwardAsync(2_000);
    }
}
