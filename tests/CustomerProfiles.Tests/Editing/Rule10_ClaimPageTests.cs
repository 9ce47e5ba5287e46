namespace CustomerProfiles.Tests.Editing;

public sealed class Rule10_ClaimPageTests
{
    [Fact]
    public async Task The_claim_page_is_on_errors_providers_and_the_sidebar()
    {
        var page = new Uri("https://directory.example.org/claim");
        await using var host = new ProfileFixture(null, builder => builder.AddProvider(new ProfileFixture.Directory()));
        var ada = await host.CreateAsync();

        (await host.RejectedAsync(ada, edit => edit.Bio = "x")).Errors.Single().CorrectAt.Should().Be(page);
        (await host.Profiles.GetProvidersAsync()).Single().ClaimPage.Should().Be(page);
        var view = (await host.Profiles.GetSidebarAsync(ada.Id))!;
        view.Providers.Single().ClaimPage.Should().Be(page);
        view.Fields.Append(view.Photo)
            .Where(field => !field.IsEditable)
            .Should()
            .HaveCount(4)
            .And.OnlyContain(field => field.CorrectAt == page);
        view.Fields.Where(field => field.IsEditable).Should().OnlyContain(field => field.CorrectAt == null);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_missing_claim_page_is_reported(bool withProvider)
    {
        await using var host = new ProfileFixture(
            null,
            builder =>
            {
                if (withProvider)
                {
                    builder.AddProvider(new ProfileFixture.Directory(claimPage: null));
                }
            }
        );
        var ada = await host.CreateAsync();

        var error = (await host.RejectedAsync(ada, edit => edit.Bio = "x")).Errors.Single();

        error.CorrectAt.Should().BeNull();
        error.Message.Should().Contain("No provider offers a page");
        (await host.Profiles.GetSidebarAsync(ada.Id))!
            .Fields.Single(field => field.Field == ProfileField.Bio)
            .LockedBecause.Should()
            .NotBeNull();
    }
}
