using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CustomerProfiles.Packages.Tests;

/// <summary>The sidebar in a new web project that has only the package.</summary>
[Collection(PackedLibrariesCollection.Name)]
public sealed class SidebarInFreshProjectTests(PackedLibraries packed, Chromium browser) : IClassFixture<Chromium>
{
    /// <summary>
    /// What is added to what <c>dotnet new web</c> makes: sign-in, policy, tenant, agent, mapping, page.
    /// </summary>
    private static readonly string[] Usings = ["using System.Security.Claims;", "using CustomerProfiles;"];

    private static readonly string[] Services =
    [
        """builder.Services.AddAuthentication("cookie").AddCookie("cookie");""",
        """builder.Services.AddAuthorizationBuilder().AddPolicy("agents", one => one.RequireAuthenticatedUser());""",
        "builder.Services.AddCustomerProfiles().AddWebApi(options => {",
        """    options.ReadPolicy = options.EditPolicy = "agents";""",
        "    options.ResolveTenant = context => TenantId.Default;",
        "    options.ResolveActor = context => Actor.Agent(context.User.Identity!.Name!);",
        "});",
    ];

    private static readonly string[] Endpoints =
    [
        """var kim = new ClaimsIdentity([new Claim(ClaimTypes.Name, "kim")], "cookie");""",
        """app.MapGet("/sign-in", () => Results.SignIn(new ClaimsPrincipal(kim)));""",
        """app.MapCustomerProfiles("/customer-profiles");""",
        """const string script = "<script type=module src=/customer-profiles/elements.js></script>";""",
        """app.MapGet("/customers/{id}", (string id) =>""",
        """    Results.Content($"{script}<customer-profile customer-id={id}></customer-profile>", "text/html"));""",
    ];

    /// <summary>
    /// What the test adds: a content security policy, the icon that every browser requests, and a conversation, the
    /// address of whose page is then written.
    /// </summary>
    private const string Conversation = """
        app.Use((context, next) =>
        {
            context.Response.Headers.ContentSecurityPolicy = "default-src 'self'; base-uri 'none'";
            return next(context);
        });
        app.MapGet("/favicon.ico", () => Results.NoContent());
        await app.StartAsync();
        var outcome = await app.Services.GetRequiredService<ICustomerProfiles>().ConversationReceivedAsync(
            new Conversation("conversation-1", "Ada Lovelace <ada@example.com>", DateTimeOffset.UtcNow));
        Console.WriteLine($"{app.Urls.First()}/customers/{outcome.Profile!.Id}");
        await app.WaitForShutdownAsync();
        """;

    [Fact]
    public async Task At_most_fifteen_lines_bring_the_sidebar_into_a_fresh_web_project()
    {
        (Usings.Length + Services.Length + Endpoints.Length).Should().BeLessThanOrEqualTo(15);
        var folder = Path.Combine(packed.FreshFolder("sidebar"), "HelpDesk");
        await Command.RunAsync(packed.FreshFolder("sidebar"), "dotnet new web -o HelpDesk");
        await Command.RunAsync(folder, "dotnet add package CustomerProfiles.AspNetCore");
        var program = Path.Combine(folder, "Program.cs");
        var template = await File.ReadAllTextAsync(program);
        template.Should().Contain("var app = builder.Build();").And.Contain("app.Run();");
        await File.WriteAllTextAsync(
            program,
            string.Join('\n', Usings)
                + $"\n{template}"
                    .Replace("var app = ", $"{string.Join('\n', Services)}\nvar app = ")
                    .Replace("app.Run();", $"{string.Join('\n', Endpoints)}\n{Conversation}")
        );

        await using var host = RunningProgram.Start(
            folder,
            "dotnet run --no-launch-profile -- --urls=http://127.0.0.1:0 --Logging:LogLevel:Default=None"
        );
        var address = new Uri(await host.ReadFirstLineAsync());

        await AnAgentSeesAndEditsAsync(address);
        await AStrangerSeesNothingAsync(address);
    }

    private async Task AnAgentSeesAndEditsAsync(Uri address)
    {
        await using var context = await browser.NewContextAsync(320, ColorScheme.Light);
        var page = await context.NewPageAsync();
        var errors = new List<string>();
        page.PageError += (_, error) => errors.Add(error);
        page.Console += (_, message) =>
        {
            // What breaks the policy is an error of the console.
            if (message.Type is "error" or "warning")
            {
                errors.Add(message.Text);
            }
        };
        await page.GotoAsync(new Uri(address, "/sign-in").AbsoluteUri);
        await page.GotoAsync(address.AbsoluteUri);
        await Expect(page.Locator("customer-profile h2")).ToHaveTextAsync("Ada Lovelace");
        await Expect(page.Locator("customer-profile .avatar")).ToHaveCSSAsync("border-radius", "50%");

        await page.GetByRole(AriaRole.Button, new() { Name = "Add: Notes" }).ClickAsync();
        await page.Keyboard.TypeAsync("Calls back");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.Locator("customer-profile div[role=status]")).ToHaveTextAsync("Saved.");
        var notes = page.Locator("customer-profile .field[data-code=notes] .text");
        await Expect(notes).ToHaveTextAsync("Calls back");
        await page.ReloadAsync();
        await Expect(notes).ToHaveTextAsync("Calls back");

        await page.ScreenshotAsync(
            new()
            {
                Path = Repository.PathOf("artifacts/screenshots/fresh-project.png"),
                Caret = ScreenshotCaret.Initial,
            }
        );
        errors.Should().BeEmpty("the page has no error and keeps to the content security policy");
    }

    private static async Task AStrangerSeesNothingAsync(Uri address)
    {
        using var stranger = new HttpClient();
        var customer = address.Segments[^1];
        var sidebar = new Uri(address, $"/customer-profiles/customers/{customer}/sidebar");
        (await stranger.GetStringAsync(address)).Should().Contain(customer, "the page itself holds nothing to protect");
        (await stranger.GetAsync(sidebar)).IsSuccessStatusCode.Should().BeFalse();
    }
}
