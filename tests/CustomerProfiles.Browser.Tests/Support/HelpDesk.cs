using System.Net;
using System.Text.Encodings.Web;
using CustomerProfiles.AspNetCore;
using CustomerProfiles.Providers;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using Cookie = Microsoft.Playwright.Cookie;
using IClock = NodaTime.IClock;

namespace CustomerProfiles.Browser.Tests.Support;

/// <summary>
/// A help desk on Kestrel, under a path base and a strict content security policy, with one page that has the
/// elements. Checks run when the test drains them. Ending it verifies that no page had an error.
/// </summary>
internal sealed class HelpDesk : IAsyncDisposable
{
    private const string Policy = "default-src 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>axe takes a page without a background for a white one, in the dark too.</summary>
    private const string Style = "html { background: light-dark(#ffffff, #121212); }";

    private readonly Chromium _browser;
    private readonly WebApplication _application;
    private readonly List<IBrowserContext> _contexts = [];
    private readonly List<string> _errors = [];
    private int _conversations;

    private HelpDesk(Chromium browser, WebApplication application)
    {
        _browser = browser;
        _application = application;
    }

    public ICustomerProfiles Profiles => _application.Services.GetRequiredService<ICustomerProfiles>();

    public SlowDirectory Directory =>
        _application.Services.GetServices<IProfileProvider>().OfType<SlowDirectory>().Single();

    /// <summary>Errors that the browser reports and the test expects, such as a response 503.</summary>
    public string? ExpectedError { get; set; }

    public static async Task<HelpDesk> StartAsync(
        Chromium browser,
        Action<CustomerProfilesWebOptions>? options = null,
        TimeProvider? time = null,
        Action<CustomerProfilesOptions>? profiles = null
    )
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        builder
            .Services.AddAuthentication(CookieUser.Name)
            .AddScheme<AuthenticationSchemeOptions, CookieUser>(CookieUser.Name, _ => { });
        builder
            .Services.AddAuthorizationBuilder()
            .AddPolicy("agents", policy => policy.RequireRole("agent"))
            .AddPolicy("supervisors", policy => policy.RequireRole("supervisor"));
        builder
            .Services.AddCustomerProfiles(profiles)
            .AddProvider<SlowDirectory>()
            .AddWebApi(web =>
            {
                web.ReadPolicy = web.EditPolicy = web.HistoryPolicy = web.MergePolicy = "agents";
                web.AdministerPolicy = "supervisors";
                web.ResolveTenant = _ => TenantId.Default;
                web.ResolveActor = http => Actor.Agent(http.User.Identity!.Name!);
                options?.Invoke(web);
            });
        foreach (
            var service in builder
                .Services.Where(service =>
                    service.ServiceType == typeof(IHostedService)
                    && service.ImplementationType?.Assembly == typeof(ICustomerProfiles).Assembly
                )
                .ToArray()
        )
        {
            builder.Services.Remove(service);
        }

        var application = builder.Build();
        application.UsePathBase("/desk");
        application.UseRouting();
        application.UseAuthentication();
        application.UseAuthorization();
        application.MapGet("/page", PageOf);
        application.MapGet("/page.css", () => Results.Content(Style, "text/css"));
        application.MapGet("/favicon.ico", () => Results.NoContent());
        application.MapCustomerProfiles();
        await application.StartAsync().Soon();
        return new HelpDesk(browser, application);
    }

    public async Task<CustomerId> ReceiveAsync(string from = "Ada Lovelace <ada@example.com>")
    {
        var conversation = new Conversation(
            $"conversation-{Interlocked.Increment(ref _conversations)}",
            from,
            _application.Services.GetRequiredService<IClock>().GetCurrentInstant()
        );
        return (await Profiles.ConversationReceivedAsync(conversation)).Profile!.Id;
    }

    /// <summary>Runs the checks that are waiting.</summary>
    public async Task DrainAsync() =>
        await _application.Services.GetRequiredService<ICheckRunner>().DrainAsync().AsTask().Soon();

    public async Task SaveAsync(CustomerId id, Action<ProfileEdit> change, string agent = "lee")
    {
        var edit = (await Profiles.GetAsync(id))!.Edit(Actor.Agent(agent));
        change(edit);
        (await Profiles.SaveAsync(edit)).Should().BeOfType<SaveOutcome.Saved>();
    }

    public async Task<CustomerProfile> ProfileOfAsync(CustomerId id) => (await Profiles.GetAsync(id))!;

    /// <summary>A page of a user, whose every error the end of the test reports.</summary>
    public async Task<IPage> OpenAsync(
        CustomerId? id,
        string user = "kim",
        int width = 400,
        ColorScheme scheme = ColorScheme.Light,
        string lang = "en",
        string dir = "ltr",
        Func<IPage, Task>? before = null,
        (CustomerId From, CustomerId Into)? merge = null
    )
    {
        var context = await _browser.NewContextAsync(width, scheme);
        _contexts.Add(context);
        var root = new Uri(_application.Urls.First());
        await context.AddCookiesAsync([
            new Cookie
            {
                Name = "user",
                Value = user,
                Url = root.AbsoluteUri,
            },
        ]);
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(20_000);
        page.PageError += (_, error) => _errors.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning" && !Pages.IsInspected(page))
            {
                _errors.Add(message.Text);
            }
        };
        if (before is not null)
        {
            await before(page);
        }

        var sides = merge is { } two ? $"&from={two.From}&into={two.Into}" : "";
        await page.GotoAsync($"{root}desk/page?customer={id}&lang={lang}&dir={dir}{sides}");
        if (id is not null)
        {
            await page.Locator("customer-profile h2").WaitForAsync();
        }

        return page;
    }

    /// <summary>A page that merges two customers, with the sidebar of the one who stays if it is to be there.</summary>
    public async Task<IPage> OpenMergeAsync(
        CustomerId from,
        CustomerId into,
        int width = 400,
        ColorScheme scheme = ColorScheme.Light,
        bool hasSidebar = false,
        string lang = "en",
        string dir = "ltr"
    )
    {
        var page = await OpenAsync(
            hasSidebar ? into : null,
            width: width,
            scheme: scheme,
            lang: lang,
            dir: dir,
            merge: (from, into)
        );
        await page.Locator("customer-merge section[aria-busy=false]").WaitForAsync();
        return page;
    }

    /// <summary>Merges two customers, not in the browser.</summary>
    public async Task MergeAsync(CustomerId from, CustomerId into)
    {
        var request = new MergeRequest { From = from, Into = into };
        (await Profiles.Merging.MergeAsync(request, Actor.Agent("lee"))).Should().BeOfType<MergeOutcome.Merged>();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var context in _contexts)
        {
            await context.DisposeAsync();
        }

        await _application.StopAsync(new CancellationToken(canceled: true));
        await _application.DisposeAsync();
        _errors
            .Where(error => ExpectedError is null || !error.Contains(ExpectedError, StringComparison.Ordinal))
            .Should()
            .BeEmpty("no page has an error or breaks the content security policy");
    }

    private static IResult PageOf(
        HttpContext http,
        string? customer,
        string lang,
        string dir,
        string? from,
        string? into
    )
    {
        http.Response.Headers.ContentSecurityPolicy = Policy;
        var encode = HtmlEncoder.Default;
        var merge = from is null
            ? ""
            : $"<customer-merge from-id=\"{encode.Encode(from)}\" into-id=\"{encode.Encode(into!)}\"></customer-merge>";
        return Results.Content(
            $"""
            <!doctype html>
            <html lang="{encode.Encode(lang)}" dir="{encode.Encode(dir)}">
            <head>
              <meta charset="utf-8">
              <title>Help desk</title>
              <meta name="viewport" content="width=device-width, initial-scale=1">
              <meta name="color-scheme" content="light dark">
              <link rel="stylesheet" href="page.css">
              <script type="module" src="customer-profiles/elements.js"></script>
            </head>
            <body>
              <main>
                <h1>Help desk</h1>
                <customer-search></customer-search>
                <customer-profile customer-id="{encode.Encode(customer ?? "")}">
                  <p slot="conversations">Previous conversations</p>
                </customer-profile>
                {merge}
              </main>
            </body>
            </html>
            """,
            "text/html; charset=utf-8"
        );
    }
}
