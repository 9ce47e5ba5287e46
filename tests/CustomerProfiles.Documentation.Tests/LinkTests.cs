namespace CustomerProfiles.Documentation.Tests;

public sealed class LinkTests
{
    public static TheoryData<string> Pages => [.. Page.All.Select(page => page.Path)];

    [Theory, MemberData(nameof(Pages))]
    public void A_link_leads_somewhere(string path)
    {
        var pages = Page.All.ToDictionary(page => page.Path, StringComparer.Ordinal);

        pages[path]
            .Links()
            .Where(link =>
                !(
                    link.Heading.Length == 0
                        ? Page.Exists(link.Path)
                        : pages.TryGetValue(link.Path, out var target) && target.Anchors().Contains(link.Heading)
                )
            )
            .Should()
            .BeEmpty();
    }

    [Fact]
    public void The_README_leads_to_every_page_of_docs() =>
        Page
            .All.Single(page => page.Path == "README.md")
            .Links()
            .Select(link => link.Path)
            .Should()
            .Contain(
                Page.All.Select(page => page.Path).Where(path => path.StartsWith("docs/", StringComparison.Ordinal))
            );
}
