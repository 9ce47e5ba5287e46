using System.Text.RegularExpressions;

namespace CustomerProfiles.Acceptance.Tests;

/// <summary>The samples stay short, and the guide to them is correct.</summary>
public sealed partial class SamplesGuideTests
{
    private static readonly string Folder = Path.Combine(RepositoryRoot.Path, "samples");

    private static string Guide => File.ReadAllText(Path.Combine(Folder, "README.md"));

    [Theory]
    [InlineData("QuickStart", 20)]
    [InlineData("CustomProvider", 100)]
    [InlineData("MailWorker", 200)]
    [InlineData("HelpDesk.Web", 500)]
    public void A_sample_is_readable_in_one_sitting(string sample, int maxLines) =>
        Directory
            .GetFiles(Path.Combine(Folder, sample), "*.cs")
            .Sum(file => File.ReadLines(file).Count())
            .Should()
            .BeInRange(10, maxLines);

    [Fact]
    public void Every_sample_is_in_the_guide() =>
        Directory
            .GetDirectories(Folder)
            .Select(Path.GetFileName)
            .Should()
            .OnlyContain(sample => Guide.Contains($"({sample}/", StringComparison.Ordinal));

    [Fact]
    public void Every_link_of_the_guide_leads_to_a_file() =>
        Link()
            .Matches(Guide)
            .Select(match => match.Groups["target"].Value)
            .Should()
            .NotBeEmpty()
            .And.AllSatisfy(target => File.Exists(Path.Combine(Folder, target)).Should().BeTrue(because: target));

    [GeneratedRegex(@"\]\((?<target>[^)#]+)\)")]
    private static partial Regex Link();
}
