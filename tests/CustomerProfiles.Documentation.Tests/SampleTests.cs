namespace CustomerProfiles.Documentation.Tests;

/// <summary>Every sample of code on a page compiles.</summary>
public sealed class SampleTests
{
    public static TheoryData<string> Samples => [.. All().Select(sample => sample.ToString())];

    [Theory, MemberData(nameof(Samples))]
    public void A_sample_compiles(string place)
    {
        var sample = All().Single(sample => sample.ToString() == place);

        SampleCompiler.Compile(sample, All().Where(other => other.Page == sample.Page)).Should().BeEmpty();
    }

    [Fact]
    public void Every_how_to_page_has_code() =>
        All()
            .Select(sample => sample.Page)
            .Distinct()
            .Should()
            .Contain([
                "README.md",
                "docs/guide/getting-started.md",
                "docs/guide/reading-mail.md",
                "docs/guide/editing.md",
                "docs/guide/importing.md",
                "docs/guide/exporting.md",
                "docs/guide/merging.md",
                "docs/guide/events.md",
                "docs/guide/properties.md",
                "docs/guide/rechecks.md",
                "docs/extend/writing-a-provider.md",
                "docs/extend/writing-a-store.md",
                "docs/guide/fullcontact.md",
                "docs/operate/privacy.md",
                "docs/extend/custom-rules.md",
            ]);

    /// <summary>A host needs no other namespace of ours until somebody writes a provider or a store.</summary>
    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/guide/getting-started.md")]
    [InlineData("docs/guide/editing.md")]
    [InlineData("docs/guide/importing.md")]
    [InlineData("docs/guide/merging.md")]
    [InlineData("docs/guide/events.md")]
    [InlineData("docs/guide/properties.md")]
    [InlineData("docs/guide/rechecks.md")]
    [InlineData("docs/extend/custom-rules.md")]
    public void A_host_needs_one_namespace(string page) =>
        All()
            .Where(sample => sample.Page == page)
            .Should()
            .NotBeEmpty()
            .And.NotContain(sample => sample.Code.Contains("using CustomerProfiles.", StringComparison.Ordinal));

    [Theory]
    [InlineData("profiles.Nothing();", "CS1061")]
    [InlineData("string text = profile.Notes;", "CS8600")]
    [InlineData(
        "[Theory, MemberData(nameof(Cases))]\npublic Task Runs(string name) => "
            + "StoreConformance.Named(name).RunAsync(new Missing());",
        "CS0246"
    )]
    [InlineData("var half = (", "CS1525")]
    public void A_wrong_sample_is_rejected(string code, string error) =>
        SampleCompiler
            .Compile(new CodeSample("page.md", 10, code))
            .Should()
            .Contain(found =>
                found.Contains(error, StringComparison.Ordinal)
                && found.StartsWith("page.md:1", StringComparison.Ordinal)
            );

    private static IEnumerable<CodeSample> All() => Page.All.SelectMany(page => page.Samples());
}
