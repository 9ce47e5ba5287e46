using CustomerProfiles.Providers;
using NodaTime;

namespace CustomerProfiles.Tests.Sidebar;

public sealed class SidebarTests
{
    [Fact]
    public async Task A_customer_is_called_by_the_best_that_is_known()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync("Ada Lovelace <Ada@example.com>");
        (await ViewAsync(host, ada)).DisplayName.Should().Be("Ada Lovelace");
        await host.EditAsync(
            ada,
            edit =>
            {
                edit.Clear(ProfileField.Name);
                edit.Company = "Example Ltd";
                edit.Phones.Add(new PhoneNumber("+1 555 0100"));
            }
        );
        (await ViewAsync(host, ada)).DisplayName.Should().Be("Ada@example.com");
        await host.EditAsync(ada, edit => edit.Emails.Clear());
        (await ViewAsync(host, ada)).DisplayName.Should().Be("+1 555 0100");
        await host.EditAsync(ada, edit => edit.Phones.Clear());
        (await ViewAsync(host, ada)).DisplayName.Should().Be("Example Ltd");
        await host.EditAsync(ada, edit => edit.Company = null);
        (await ViewAsync(host, ada)).DisplayName.Should().Be("Unknown customer");
    }

    [Fact]
    public async Task Of_a_chat_account_only_the_account_is_shown()
    {
        await using var host = new ProfileFixture();

        var outcome = await host.Profiles.ConversationReceivedAsync(
            new Conversation("c", Identity.Chat("irc", "ada:1"), null, host.Now)
        );

        (await ViewAsync(host, outcome.Profile!)).DisplayName.Should().Be("ada:1");
    }

    [Theory]
    [InlineData("Ada Lovelace", "AL")]
    [InlineData("ada king lovelace", "AL")]
    [InlineData("Lovelace, Ada", "LA")]
    [InlineData("Ada", "A")]
    [InlineData("王小明", "王")]
    [InlineData("山田　太郎", "山太")]
    [InlineData("محمد الخوارزمي", "ما")]
    [InlineData("Élodie Ünal", "ÉÜ")]
    [InlineData("e\u0301lodie", "E\u0301")]
    [InlineData("Зоя Космодемьянская", "ЗК")]
    [InlineData("Ada Lovelace (Example)", "AE")]
    [InlineData("\U0001F600 Ada", "A")]
    [InlineData("\U0001F600", "?")]
    [InlineData("...", "?")]
    public async Task Initials_are_the_first_letters_in_any_script(string name, string initials)
    {
        await using var host = new ProfileFixture();
        var person = await host.EditAsync(await host.CreateAsync("person@example.com"), edit => edit.Name = name);

        (await ViewAsync(host, person)).Initials.Should().Be(initials);
    }

    [Fact]
    public async Task Initials_follow_the_parts_of_a_name_and_else_the_address()
    {
        await using var host = new ProfileFixture();
        var person = await host.CreateAsync("person@example.com");
        (await ViewAsync(host, person)).Initials.Should().Be("P");
        await host.EditAsync(
            person,
            edit => edit.Name = new PersonName("Lovelace Ada Augusta", "Ada Augusta", "Lovelace")
        );

        (await ViewAsync(host, person)).Initials.Should().Be("AL");
    }

    [Fact]
    public async Task A_letter_with_a_heap_of_marks_stays_one_letter_in_the_initials()
    {
        await using var host = new ProfileFixture();
        var person = await host.EditAsync(
            await host.CreateAsync("person@example.com"),
            edit => edit.Name = "Z" + new string('\u0335', 2_000)
        );

        (await ViewAsync(host, person)).Initials.Should().Be("Z");
    }

    [Fact]
    public async Task Every_field_is_editable_or_locked_with_the_reason_and_custom_properties_come_last()
    {
        await using var host = new ProfileFixture(null, builder => builder.AddProvider(new ProfileFixture.Directory()));
        var ada = await host.EditAsync(
            await host.CreateAsync(),
            edit =>
            {
                edit.Set(ProfileField.Custom("plan"), "Gold");
                edit.Set(ProfileField.Custom("age"), "36");
                edit.Clear(ProfileField.Company);
                edit.Emails.Clear();
                edit.Emails.Add(new ProfileEmail(EmailAddress.Parse("Ada@example.org"), "work"));
                edit.Phones.Clear();
                edit.Address = new PostalAddress("1 Street", "London", null, "E1", "GB");
            }
        );

        var view = await ViewAsync(host, ada);

        view.Fields.Select(field => field.Field.Code)
            .Should()
            .Equal(
                "company",
                "job-title",
                "emails",
                "phones",
                "websites",
                "address",
                "social-profiles",
                "location",
                "bio",
                "custom:age",
                "custom:plan"
            );
        SidebarField[] all = [view.Name, view.Photo, view.Notes, .. view.Fields];
        all.Select(field => field.Field)
            .Should()
            .OnlyHaveUniqueItems("no field is shown twice")
            .And.Contain(ProfileField.All);
        foreach (var field in all)
        {
            field.IsEditable.Should().Be(field.LockedBecause is null);
            field.Values.Should().NotContain(value => string.IsNullOrEmpty(value.Text));
        }

        all.Where(field => !field.IsEditable)
            .Select(field => field.Field.Code)
            .Should()
            .Equal("photo", "social-profiles", "location", "bio");
        Of(ProfileField.Company).IsCleared.Should().BeTrue();
        Of(ProfileField.JobTitle).IsCleared.Should().BeFalse();
        Of(ProfileField.Phones).IsCleared.Should().BeTrue();
        Of(ProfileField.Emails).IsCleared.Should().BeFalse("it was cleared, and has got an entry since");
        Of(ProfileField.Emails).Values.Select(value => value.Text).Should().Equal("Ada@example.org (work)");
        Of(ProfileField.Address).Values.Select(value => value.Text).Should().Equal("1 Street\nE1 London\nGB");
        view.Version.Should().Be(ada.Version);

        SidebarField Of(ProfileField field) => view.Fields.Single(candidate => candidate.Field.Equals(field));
    }

    [Fact]
    public async Task The_last_check_its_outcome_and_the_next_one_are_shown()
    {
        var directory = new ProfileFixture.Directory
        {
            Says = new PublicInformation { Photo = new Photo(new Uri("https://example.com/ada.png")) },
        };
        await using var host = new ProfileFixture(null, builder => builder.AddProvider(directory));
        var ada = await host.CreateAsync();
        var waiting = (await ViewAsync(host, ada)).Providers.Single();
        waiting
            .Should()
            .BeEquivalentTo(
                new SidebarProvider
                {
                    Provider = "directory",
                    IsEnabled = true,
                    LastCheckAt = null,
                    LastOutcome = null,
                    IsPending = true,
                    LastFailure = null,
                    NextCheckAfter = null,
                    ClaimPage = directory.ClaimPage,
                    OptOutPage = directory.ClaimPage,
                    Pause = null,
                }
            );

        await host.RunChecksAsync();

        var view = await ViewAsync(host, ada);
        view.Profile.Photo!.Url.Should().Be(new Uri("https://example.com/ada.png"));
        view.Providers.Single()
            .Should()
            .BeEquivalentTo(
                new SidebarProvider
                {
                    Provider = "directory",
                    IsEnabled = true,
                    LastCheckAt = host.Now,
                    LastOutcome = CheckOutcome.Matched,
                    IsPending = false,
                    LastFailure = null,
                    NextCheckAfter = Instant.FromUtc(2026, 3, 15, 9, 0),
                    ClaimPage = directory.ClaimPage,
                    OptOutPage = directory.ClaimPage,
                    Pause = null,
                }
            );
        await host.Profiles.DisableProviderAsync("directory", ProfileFixture.Kim);
        (await ViewAsync(host, ada))
            .Providers.Single()
            .Should()
            .Match<SidebarProvider>(provider => !provider.IsEnabled && provider.NextCheckAfter == null);
        await host.Profiles.EnableProviderAsync("directory", ProfileFixture.Kim);
        await host.Profiles.SuppressAsync(ada.Id, TestHost.Kim);
        view = await ViewAsync(host, ada);
        view.IsSuppressed.Should().BeTrue();
        view.Providers.Single().NextCheckAfter.Should().BeNull();
    }

    [Fact]
    public async Task A_profile_itself_says_what_to_call_the_customer()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync();
        var view = await ViewAsync(host, ada);

        (ada.DisplayName, ada.Initials).Should().Be(("Ada Lovelace", "AL"));
        (view.DisplayName, view.Initials).Should().Be((ada.DisplayName, ada.Initials));
    }

    private static async Task<SidebarView> ViewAsync(ProfileFixture host, CustomerProfile profile) =>
        (await host.Profiles.GetSidebarAsync(profile.Id))!;
}
