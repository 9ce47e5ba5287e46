using System.Collections.Concurrent;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace CustomerProfiles.Browser.Tests.Support;

/// <summary>What the tests do with a page.</summary>
internal static class Pages
{
    private static readonly string Pictures = Path.Combine(RepositoryRoot.Path, "artifacts", "screenshots");

    private static readonly ConcurrentDictionary<IPage, bool> Inspected = new();

    /// <summary>Whether axe is at work on the page, which adds inline styles that the policy refuses.</summary>
    public static bool IsInspected(IPage page) => Inspected.ContainsKey(page);

    public static ILocator Button(this IPage page, string name, bool exact = true) =>
        page.GetByRole(AriaRole.Button, new() { Name = name, Exact = exact });

    public static ILocator Field(this IPage page, string code) =>
        page.Locator($"customer-profile .field[data-code=\"{code}\"]");

    /// <summary>A change of the history, by its number.</summary>
    public static ILocator Change(this IPage page, long number) =>
        page.Locator($"customer-profile li[data-focus=change-{number}]");

    public static Task SaysAsync(this IPage page, string text) =>
        Assertions.Expect(page.Locator("customer-profile div[role=status]")).ToHaveTextAsync(text);

    /// <summary>What the focused element of the sidebar is called.</summary>
    public static Task<string?> FocusedAsync(this IPage page) =>
        page.EvaluateAsync<string?>(
            "() => { const one = document.querySelector('customer-profile').shadowRoot.activeElement;"
                + " return one && (one.getAttribute('aria-label') ?? one.dataset.focus ?? one.localName); }"
        );

    /// <summary>Shows another customer in the sidebar, as a help desk does with each conversation.</summary>
    public static async Task ShowAsync(this IPage page, CustomerId id, string name)
    {
        await page.EvaluateAsync(
            "id => document.querySelector('customer-profile').setAttribute('customer-id', id)",
            $"{id}"
        );
        await Assertions.Expect(page.Locator("customer-profile h2")).ToHaveTextAsync(name);
    }

    /// <summary>WCAG 2.2 AA, as far as axe can tell.</summary>
    public static async Task ShouldBeAccessibleAsync(this IPage page)
    {
        AxeResult result;
        Inspected[page] = true;
        try
        {
            result = await page.RunAxe(
                new AxeRunOptions
                {
                    RunOnly = new RunOnlyOptions
                    {
                        Type = "tag",
                        Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
                    },
                }
            );
        }
        finally
        {
            Inspected.TryRemove(page, out _);
        }

        result
            .Violations.Select(violation =>
                $"{violation.Id}: {string.Join("; ", violation.Nodes.Select(node => $"{node.Target} {node.Html}"))}"
            )
            .Should()
            .BeEmpty();
    }

    public static async Task ShouldNotScrollSidewaysAsync(this IPage page) =>
        (
            await page.EvaluateAsync<int>(
                "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
        )
            .Should()
            .Be(0);

    /// <summary>Keeps a picture for people to look at, in artifacts/screenshots.</summary>
    /// <remarks>With the caret as it is: Playwright hides it by an inline style, which the policy refuses.</remarks>
    public static Task PictureAsync(this IPage page, string name) =>
        page.ScreenshotAsync(
            new()
            {
                Path = Path.Combine(Pictures, $"{name}.png"),
                FullPage = true,
                Caret = ScreenshotCaret.Initial,
            }
        );
}
