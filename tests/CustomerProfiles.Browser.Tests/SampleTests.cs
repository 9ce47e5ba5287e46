using System.Buffers.Binary;
using CustomerProfiles.Browser.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CustomerProfiles.Browser.Tests;

/// <summary>The sample HelpDesk.Web, as a reader tries it.</summary>
[Collection(BrowserCollection.Name)]
public sealed class SampleTests(Chromium browser)
{
    [Fact]
    public async Task A_conversation_of_the_mailbox_opens_the_profile_that_the_provider_has_filled()
    {
        await using var desk = await SampleDesk.StartAsync(browser);
        var page = await desk.SignInAsync("Kim, agent");

        await Conversation(page, "Order 1041: the wrong edition").ClickAsync();

        await Expect(page.Locator("customer-profile h2")).ToHaveTextAsync("Quill, Maria");
        await Expect(page.Locator("#previous")).ToContainTextAsync("Order 1041");
        var maria = await desk.Profiles.FindAsync(Identity.Email(EmailAddress.Parse("maria.quill@example.org")));
        maria!.Values.Should().Contain(value => value.Provenance.Source == ProvenanceSource.Provider);
        await page.ShouldBeAccessibleAsync();
        await page.PictureAsync("sample");
        await page.Button("Add: Reads").ClickAsync();
        await page.Locator("customer-profile form select").SelectOptionAsync("novels");
        await page.Button("Save").ClickAsync();
        await page.SaysAsync("Saved.");
        (await desk.Profiles.GetAsync(maria.Id))!.Find(ProfileField.Custom("reads"))!.Text.Should().Be("novels");
    }

    [Fact]
    public async Task The_list_of_found_customers_is_seen_before_a_customer_is_open()
    {
        await using var desk = await SampleDesk.StartAsync(browser);
        var page = await desk.SignInAsync("Kim, agent");
        await Expect(page.Locator("customer-profile")).ToContainTextAsync("No customer is selected.");

        await page.GetByRole(AriaRole.Combobox).FillAsync("example");

        await Expect(page.GetByRole(AriaRole.Option).Nth(3)).ToBeInViewportAsync(new() { Ratio = 1 });
        await page.PictureAsync("sample-search");
    }

    [Fact]
    public async Task Two_customers_are_merged_on_the_page_for_it_and_their_conversations_are_one_customers()
    {
        await using var desk = await SampleDesk.StartAsync(browser);
        var page = await desk.SignInAsync("Lee, agent");
        await Conversation(page, "Order 1041: the wrong edition").ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Merge another customer into this one" }).ClickAsync();
        await page.GetByRole(AriaRole.Combobox).FillAsync("noor");
        await page.GetByRole(AriaRole.Option).First.ClickAsync();
        await page.Button("Merge").WaitForAsync();
        await page.ShouldBeAccessibleAsync();
        await page.PictureAsync("sample-merge");

        await page.Button("Merge").ClickAsync();
        await page.Button("Undo the merge").WaitForAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Back to the conversations" }).ClickAsync();

        await Expect(page.Locator("customer-profile h2")).ToHaveTextAsync("Quill, Maria");
        var noor = Identity.Email(EmailAddress.Parse("noor.elamin@example.org"));
        var maria = Identity.Email(EmailAddress.Parse("maria.quill@example.org"));
        (await desk.Profiles.FindAsync(noor))!.Id.Should().Be((await desk.Profiles.FindAsync(maria))!.Id);
    }

    /// <summary>
    /// The picture of the README. Fonts differ from machine to machine, so only its size is compared; to make it anew,
    /// set CUSTOMERPROFILES_WRITE_PICTURE to 1.
    /// </summary>
    [Fact]
    public async Task The_README_shows_the_sample_as_it_looks()
    {
        await using var desk = await SampleDesk.StartAsync(browser);
        var page = await desk.SignInAsync("Kim, agent");
        await page.SetViewportSizeAsync(1_000, 640);
        await Conversation(page, "Back from holiday").ClickAsync();
        await Expect(page.Locator("customer-profile h2")).ToHaveTextAsync("Quill, Maria");

        var picture = await page.ScreenshotAsync(new() { Caret = ScreenshotCaret.Initial });

        const string kept = "docs/guide/help-desk.png";
        if (Environment.GetEnvironmentVariable("CUSTOMERPROFILES_WRITE_PICTURE") == "1")
        {
            await File.WriteAllBytesAsync(Path.Combine(RepositoryRoot.Path, kept), picture);
        }

        SizeOf(await File.ReadAllBytesAsync(Path.Combine(RepositoryRoot.Path, kept))).Should().Be(SizeOf(picture));
        (await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Path, "README.md"))).Should().Contain($"]({kept})");
    }

    [Fact]
    public async Task The_page_for_merging_without_a_customer_says_where_to_begin()
    {
        await using var desk = await SampleDesk.StartAsync(browser);
        var page = await desk.SignInAsync("Lee, agent");

        await page.GotoAsync(new Uri(new Uri(page.Url), "merge.html").AbsoluteUri);

        await Expect(page.Locator("#hint"))
            .ToHaveTextAsync("Open a conversation, and merge another customer from there.");
        await Expect(page.Locator("customer-merge, customer-search")).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Link, new() { Name = "Back to the conversations" }).ClickAsync();
        await Expect(page.Locator("#conversations button").First).ToBeVisibleAsync();
        await Expect(page.Locator("customer-profile h2")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Profiles_are_still_there_when_it_is_started_again()
    {
        var data = Directory.CreateTempSubdirectory("help-desk-");
        try
        {
            var maria = Identity.Email(EmailAddress.Parse("maria.quill@example.org"));
            CustomerId id;
            await using (var first = await SampleDesk.StartAsync(browser, data))
            {
                var edit = (await first.Profiles.FindAsync(maria))!.Edit(Actor.Agent("kim"));
                edit.Notes = "Prefers the first edition";
                id = (await first.Profiles.SaveAsync(edit)).Should().BeOfType<SaveOutcome.Saved>().Subject.Profile.Id;
            }

            await using var again = await SampleDesk.StartAsync(browser, data);
            var page = await again.SignInAsync("Kim, agent");
            await Conversation(page, "Order 1041: the wrong edition").ClickAsync();

            await Expect(page.Field("notes").Locator(".text")).ToHaveTextAsync("Prefers the first edition");
            (await again.Profiles.FindAsync(maria))!.Id.Should().Be(id);
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("Kim, agent", 0)]
    [InlineData("Sam, supervisor", 1)]
    public async Task Only_the_supervisor_may_suppress_a_customer(string button, int count)
    {
        await using var desk = await SampleDesk.StartAsync(browser);
        var page = await desk.SignInAsync(button);
        await Conversation(page, "Order 1041: the wrong edition").ClickAsync();

        await page.Locator("customer-profile [part=origin] > summary").ClickAsync();

        await Expect(page.Locator("customer-profile .provider h3")).ToHaveTextAsync("fullcontact");
        await Expect(page.Locator("customer-profile [data-focus^=suppress]")).ToHaveCountAsync(count);
    }

    [Fact]
    public async Task In_a_narrow_window_a_conversation_brings_its_customer_into_view()
    {
        await using var desk = await SampleDesk.StartAsync(browser);
        var page = await desk.SignInAsync("Kim, agent");
        await page.SetViewportSizeAsync(320, 700);

        await Conversation(page, "An atlas and a globe").ClickAsync();

        await Expect(page.Locator("customer-profile h2")).ToBeInViewportAsync();
        await page.ShouldNotScrollSidewaysAsync();
        await page.ShouldBeAccessibleAsync();
        await page.ScreenshotAsync(
            new()
            {
                Path = Path.Combine(RepositoryRoot.Path, "artifacts/screenshots/sample-320.png"),
                Caret = ScreenshotCaret.Initial,
            }
        );
    }

    /// <summary>Width and height of a PNG file.</summary>
    private static (int Width, int Height) SizeOf(byte[] picture) =>
        (
            BinaryPrimitives.ReadInt32BigEndian(picture.AsSpan(16)),
            BinaryPrimitives.ReadInt32BigEndian(picture.AsSpan(20))
        );

    private static ILocator Conversation(IPage page, string subject) =>
        page.Locator("#conversations button", new() { HasText = subject }).First;
}
