extern alias Sample;
using CustomerProfiles.Providers;
using FullContact.Simulator;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Playwright;
using Sample::HelpDesk.Web;

namespace CustomerProfiles.Browser.Tests.Support;

/// <summary>
/// The sample HelpDesk.Web as it runs, with its mailbox read and its lookups made. Ending it verifies that no page had
/// an error.
/// </summary>
internal sealed class SampleDesk : IAsyncDisposable
{
    private readonly Chromium _browser;
    private readonly FullContactSimulator _fullContact;
    private readonly WebApplication _application;
    private readonly DirectoryInfo? _ownFolder;
    private readonly List<IBrowserContext> _contexts = [];
    private readonly List<string> _errors = [];

    private SampleDesk(
        Chromium browser,
        FullContactSimulator fullContact,
        WebApplication application,
        DirectoryInfo? ownFolder
    )
    {
        _ownFolder = ownFolder;
        _browser = browser;
        _fullContact = fullContact;
        _application = application;
    }

    public ICustomerProfiles Profiles => _application.Services.GetRequiredService<ICustomerProfiles>();

    /// <summary>Starts the sample with the database of a folder; with an empty one unless it is given.</summary>
    public static async Task<SampleDesk> StartAsync(Chromium browser, DirectoryInfo? data = null)
    {
        var ownFolder = data is null ? Directory.CreateTempSubdirectory("help-desk-") : null;
        var file = Path.Combine((data ?? ownFolder!).FullName, "profiles.db");
        var fullContact = await FullContactSimulator.StartAsync();
        var folder = Path.Combine(RepositoryRoot.Path, "samples", "HelpDesk.Web");
        var application = HelpDeskHost.Create(
            [
                "--urls",
                "http://127.0.0.1:0",
                "--contentRoot",
                folder,
                "--Logging:LogLevel:Default",
                "None",
                "--ConnectionStrings:Profiles",
                $"Data Source={file};Pooling=False",
            ],
            fullContact
        );
        await application.StartAsync().Soon();
        var intake = application.Services.GetServices<IHostedService>().OfType<MailIntake>().Single();
        await intake.ExecuteTask!.Soon();
        await application.Services.GetRequiredService<ICheckRunner>().DrainAsync().AsTask().Soon();
        return new SampleDesk(browser, fullContact, application, ownFolder);
    }

    /// <summary>The page with the conversations, signed in by its own button.</summary>
    public async Task<IPage> SignInAsync(string button)
    {
        var context = await _browser.NewContextAsync(1_000, ColorScheme.Light);
        _contexts.Add(context);
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(20_000);
        var isSignedIn = false;
        page.PageError += (_, error) => _errors.Add(error);
        page.Console += (_, message) =>
        {
            // Before somebody has signed in, there are no conversations to show.
            var isExpected = !isSignedIn && message.Text.Contains("401") && message.Location.Contains("/conversations");
            if (message.Type is "error" or "warning" && !Pages.IsInspected(page) && !isExpected)
            {
                _errors.Add(message.Text);
            }
        };
        await page.GotoAsync(_application.Urls.First());
        await page.Button(button).ClickAsync();
        await page.Locator("#conversations button").First.WaitForAsync();
        isSignedIn = true;
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var context in _contexts)
        {
            await context.DisposeAsync();
        }

        await _application.StopAsync(new CancellationToken(canceled: true));
        await _application.DisposeAsync();
        await _fullContact.DisposeAsync();
        _ownFolder?.Delete(recursive: true);
        _errors.Should().BeEmpty("no page has an error or breaks the content security policy");
    }
}
