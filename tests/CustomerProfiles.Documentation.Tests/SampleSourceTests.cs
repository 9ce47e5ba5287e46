namespace CustomerProfiles.Documentation.Tests;

/// <summary>Code that a page shows from the repository is the code that runs there.</summary>
public sealed class SampleSourceTests
{
    private const string Folder = "samples/CustomerProfiles.Sample/Mail";

    [Theory]
    [InlineData("MailParties")]
    [InlineData("MailContact")]
    [InlineData("MailDirection")]
    [InlineData("AutomaticMail")]
    [InlineData("AutomaticMailSign")]
    public void The_page_on_reading_mail_shows_the_code_of_the_sample(string type)
    {
        var source = File.ReadAllText(Path.Combine(RepositoryRoot.Path, Folder, $"{type}.cs"));
        var shown = source.Replace("namespace CustomerProfiles.Sample.Mail;\n\n", "", StringComparison.Ordinal);

        Page.All.Single(page => page.Path == "docs/guide/reading-mail.md")
            .Samples()
            .Select(sample => sample.Code)
            .Should()
            .Contain(shown);
    }
}
