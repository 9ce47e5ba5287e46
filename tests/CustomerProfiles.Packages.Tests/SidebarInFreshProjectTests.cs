namespace CustomerProfiles.Packages.Tests;

/// <summary>The sidebar in a new web project that has only the package.</summary>
[Collection(PackedLibrariesCollection.Name)]
public sealed class SidebarInFreshProjectTests(PackedLibraries packed)
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

    /// <summary>The conversation, the agent's browser, and what it loads.</summary>
    private const string Visit = """
        await app.StartAsync();
        var outcome = await app.Services.GetRequiredService<ICustomerProfiles>().ConversationReceivedAsync(
            new Conversation("conversation-1", "Ada Lovelace <ada@example.com>", DateTimeOffset.UtcNow));
        var customer = outcome.Profile!.Id;
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        await client.GetAsync("/sign-in");
        Console.WriteLine((await client.GetStringAsync($"/customers/{customer}")).Contains($"customer-id={customer}"));
        var module = await client.GetAsync("/customer-profiles/elements.js");
        Console.WriteLine(module.Content.Headers.ContentType!.MediaType);
        var sidebar = $"/customer-profiles/customers/{customer}/sidebar";
        var view = await client.GetFromJsonAsync<System.Text.Json.JsonElement>(sidebar);
        Console.WriteLine(view.GetProperty("displayName"));
        using var stranger = new HttpClient { BaseAddress = client.BaseAddress };
        Console.WriteLine((await stranger.GetAsync(sidebar)).IsSuccessStatusCode);
        await app.StopAsync();
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
                    .Replace("app.Run();", $"{string.Join('\n', Endpoints)}\n{Visit}")
        );

        var output = await Command.RunAsync(
            folder,
            "dotnet run --no-launch-profile -- --urls=http://127.0.0.1:0 --Logging:LogLevel:Default=None"
        );

        output
            .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Should()
            .Equal("True", "text/javascript", "Ada Lovelace", "False");
    }
}
