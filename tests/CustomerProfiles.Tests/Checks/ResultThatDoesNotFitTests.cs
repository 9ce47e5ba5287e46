using CustomerProfiles.Providers;

namespace CustomerProfiles.Tests.Checks;

/// <summary>A match of which nothing fits into a profile has nothing to show, and is recorded as that.</summary>
public sealed class ResultThatDoesNotFitTests
{
    public static TheoryData<string, PublicInformation> Unfit =>
        new()
        {
            {
                "invisible company",
                new PublicInformation { Company = "\u200b\u200b" }
            },
            {
                "invisible title",
                new PublicInformation { JobTitle = "\u2060" }
            },
            {
                "invisible bio",
                new PublicInformation { Bio = "\u3164\n\u3164" }
            },
            {
                "invisible location",
                new PublicInformation { Location = "\u2800" }
            },
            {
                "invisible name",
                new PublicInformation { Name = new PersonName("\u200b", "\u200b", "\u200b") }
            },
            {
                "invisible user name",
                new PublicInformation { SocialProfiles = [new SocialProfile("github", username: "\u200b")] }
            },
            {
                "invisible network",
                new PublicInformation { SocialProfiles = [new SocialProfile("\u200b", username: "ada")] }
            },
            {
                "photo of no web address",
                new PublicInformation { Photo = new Photo(new Uri("ftp://example.org/ada.png")) }
            },
            {
                "photo too long",
                new PublicInformation { Photo = new Photo(new Uri($"https://example.org/{new string('a', 2_000)}")) }
            },
            {
                "website of no web address",
                new PublicInformation { Websites = [new Uri("file:///etc/hosts")] }
            },
        };

    [Theory]
    [MemberData(nameof(Unfit))]
    public async Task It_is_recorded_as_nothing_to_show(string name, PublicInformation information)
    {
        await using var host = new TestHost();
        host.Provider.Next(new ProviderResult.Matched(information));
        var id = (await host.CheckedAsync()).Id;

        (await host.CheckOfAsync(id))!.LastOutcome.Should().Be(CheckOutcome.NothingToShow, name);
    }

    [Fact]
    public async Task What_fits_beside_it_makes_it_a_match()
    {
        await using var host = new TestHost();
        host.Provider.Next(
            new ProviderResult.Matched(new PublicInformation { Company = "\u200b", Location = "London" })
        );
        var id = (await host.CheckedAsync()).Id;

        (await host.CheckOfAsync(id))!.LastOutcome.Should().Be(CheckOutcome.Matched);
    }
}
