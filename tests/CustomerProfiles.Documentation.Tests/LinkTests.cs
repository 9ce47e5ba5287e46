namespace CustomerProfiles.Documentation.Tests;

public sealed class LinkTests
{
    public static TheoryData<string> Pages => [.. Page.All.Select(page => page.Path)];

    [Theory, MemberData(nameof(Pages))]
    public void Every_link_resolves(string path)
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
    public void The_index_links_to_every_page_of_docs() =>
        LinksOf("docs/README.md")
            .Should()
            .Contain(
                Page.All.Select(page => page.Path)
                    .Where(path => path.StartsWith("docs/", StringComparison.Ordinal) && path != "docs/README.md")
            );

    [Fact]
    public void The_README_links_to_the_index() => LinksOf("README.md").Should().Contain("docs/README.md");

    private static IEnumerable<string> LinksOf(string path) =>
        Page.All.Single(page => page.Path == path).Links().Select(link => link.Path);
}
