using Microsoft.Playwright;

namespace CustomerProfiles;

/// <summary>Chromium of the machine, started once for all tests that share it. Without it they fail.</summary>
public sealed class Chromium : IAsyncLifetime
{
    /// <summary>The same places as in build/test.</summary>
    private static readonly string[] Places =
    [
        "/usr/bin/chromium",
        "/usr/bin/chromium-browser",
        "/usr/bin/google-chrome",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        var program =
            Places.FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException(
                $"No browser is here: none of {string.Join(", ", Places)} exists. build/test installs Chromium."
            );
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(
            new BrowserTypeLaunchOptions
            {
                ExecutablePath = program,
                Args =
                [
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-quic",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                ],
            }
        );
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }

    /// <summary>A new session of a user, with its own cookies.</summary>
    internal Task<IBrowserContext> NewContextAsync(int width, ColorScheme scheme) =>
        _browser!.NewContextAsync(
            new BrowserNewContextOptions
            {
                ViewportSize = new ViewportSize { Width = width, Height = 900 },
                ColorScheme = scheme,
                Locale = "en-GB",
                TimezoneId = "Europe/London",
                Permissions = ["clipboard-read", "clipboard-write"],
            }
        );
}
