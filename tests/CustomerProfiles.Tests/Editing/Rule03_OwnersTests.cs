using CustomerProfiles.Providers;

namespace CustomerProfiles.Tests.Editing;

public sealed class Rule03_OwnersTests
{
    private static readonly ProfileField[] FromProvider =
    [
        ProfileField.Photo,
        ProfileField.SocialProfiles,
        ProfileField.Location,
        ProfileField.Bio,
    ];

    [Fact]
    public void By_default_the_provider_owns_photo_social_profiles_location_and_bio()
    {
        foreach (var field in ProfileField.All.Add(ProfileField.Custom("plan")))
        {
            EditRules
                .PhotoFromProvider.OwnerOf(field)
                .Should()
                .Be(FromProvider.Contains(field) ? FieldOwner.Provider : FieldOwner.Agent, field.Code);
            EditRules
                .PhotoEditableByAgents.OwnerOf(field)
                .Should()
                .Be(
                    FromProvider.Contains(field) && field != ProfileField.Photo
                        ? FieldOwner.Provider
                        : FieldOwner.Agent,
                    field.Code
                );
        }
    }

    [Fact]
    public async Task Agents_edit_every_field_that_they_own()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync("ada@example.com");

        var saved = await host.EditAsync(
            ada,
            edit =>
            {
                edit.Name = "Ada Lovelace";
                edit.Company = "Example Ltd";
                edit.JobTitle = "Countess";
                edit.Address = new PostalAddress("12 Example Street\nSecond floor", "London", null, "E1 6AN", "GB");
                edit.Notes = "Likes engines";
                edit.Emails.Add(new ProfileEmail(EmailAddress.Parse("ada@example.org"), "work"));
                edit.Phones.Add(new PhoneNumber("+44 20 7946 0000", "home"));
                edit.Websites.Add(new Uri("https://ada.example.org/"));
                edit.Set(ProfileField.Custom("plan"), "Gold");
            }
        );

        saved.Name!.Full.Should().Be("Ada Lovelace");
        saved.Company.Should().Be("Example Ltd");
        saved.JobTitle.Should().Be("Countess");
        saved.Address!.City.Should().Be("London");
        saved.Notes.Should().Be("Likes engines");
        saved.Emails.Select(email => email.Address.Value).Should().Equal("ada@example.com", "ada@example.org");
        saved.Phones.Should().Equal(new PhoneNumber("+44 20 7946 0000", "home"));
        saved.Websites.Should().Equal(new Uri("https://ada.example.org/"));
        saved.CustomProperties.Should().Equal(new Dictionary<string, string> { ["plan"] = "Gold" });
        saved.Version.Should().Be(2);
        saved
            .Values.Skip(1)
            .Should()
            .OnlyContain(value =>
                value.Provenance == new Provenance(ProvenanceSource.Agent, "kim", ProfileFixture.Start)
            );
        (await host.ReadAsync(ada)).Should().BeSameAs(saved);
    }

    [Fact]
    public async Task Editing_a_providers_field_is_refused_with_the_field_its_owner_and_where_the_customer_corrects_it()
    {
        await using var host = new ProfileFixture(null, builder => builder.AddProvider(new ProfileFixture.Directory()));
        var ada = await host.CreateAsync();

        var rejected = await host.RejectedAsync(
            ada,
            edit =>
            {
                edit.Company = "Example Ltd";
                edit.Photo = new Photo(new Uri("https://example.com/ada.png"));
                edit.Location = "London";
                edit.Bio = "Mathematician";
                edit.SocialProfiles.Add(new SocialProfile("github", username: "ada"));
                edit.SocialProfiles.Add(new SocialProfile("irc", username: "ada"));
            }
        );

        rejected.Errors.Select(error => error.Field).Should().BeEquivalentTo(FromProvider, "each field once");
        foreach (var error in rejected.Errors)
        {
            error.Code.Should().Be(FieldErrorCode.OwnedByProvider);
            error.Owner.Should().Be(FieldOwner.Provider);
            error.CorrectAt.Should().Be(new Uri("https://directory.example.org/claim"));
            error
                .Message.Should()
                .Contain($"The field {error.Field.Label.ToLowerInvariant()} belongs")
                .And.Contain("provider")
                .And.Contain("https://directory.example.org/claim");
        }

        (await host.ReadAsync(ada)).Company.Should().BeNull("nothing is half-saved");
    }

    [Fact]
    public async Task Clearing_a_providers_field_by_an_edit_is_refused_as_well()
    {
        var directory = new ProfileFixture.Directory
        {
            Says = new PublicInformation
            {
                Location = "London",
                Photo = new Photo(new Uri("https://example.com/ada.png")),
            },
        };
        await using var host = new ProfileFixture(null, builder => builder.AddProvider(directory));
        var ada = await host.CreateAsync();
        await host.RunChecksAsync();

        var rejected = await host.RejectedAsync(
            ada,
            edit =>
            {
                edit.Location = "";
                edit.Clear(ProfileField.Photo);
                edit.SocialProfiles.Clear();
            }
        );

        rejected
            .Errors.Select(error => error.Field)
            .Should()
            .BeEquivalentTo([ProfileField.Location, ProfileField.Photo, (ProfileField)ProfileField.SocialProfiles]);
    }

    [Fact]
    public async Task With_the_other_preset_agents_edit_the_photo_and_only_the_photo()
    {
        await using var host = new ProfileFixture(
            options => options.AgentsEditPhoto = true,
            builder => builder.AddProvider(new ProfileFixture.Directory())
        );
        var ada = await host.CreateAsync();
        var photo = new Photo(new Uri("https://example.com/ada.png"));

        (await host.EditAsync(ada, edit => edit.Photo = photo)).Photo.Should().Be(photo);
        (await host.RejectedAsync(ada, edit => edit.Location = "London"))
            .Errors.Single()
            .Field.Should()
            .Be(ProfileField.Location);
    }

    [Fact]
    public async Task A_host_sets_its_own_rules()
    {
        await using var host = new ProfileFixture(null, builder => builder.UseEditRules(new NotesAreLocked()));
        var ada = await host.CreateAsync();

        (await host.EditAsync(ada, edit => edit.Bio = "Mathematician")).Bio.Should().Be("Mathematician");
        (await host.RejectedAsync(ada, edit => edit.Notes = "x"))
            .Errors.Single()
            .Owner.Should()
            .Be(FieldOwner.Provider);
        (await host.RejectedAsync(ada, edit => edit.Set(ProfileField.Custom("locked"), "x")))
            .Errors.Single()
            .Field.Should()
            .Be(ProfileField.Custom("locked"));
        (await host.RejectedAsync(ada, edit => edit.Company = "12345678901")).Errors.Single().Limit.Should().Be(10);
        (await host.Profiles.GetSidebarAsync(ada.Id))!.Notes.IsEditable.Should().BeFalse();
    }

    [Fact]
    public async Task All_errors_are_reported_at_once_in_the_order_of_the_changes()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync();

        var rejected = await host.RejectedAsync(
            ada,
            edit =>
            {
                edit.Company = new string('c', 257);
                edit.JobTitle = "Count\u202eess";
                edit.Name = new PersonName("Ada\0", new string('g', 129), "Lovelace");
                edit.Bio = "not mine";
                edit.Phones.Add(new PhoneNumber("12"));
                edit.Websites.Add(new Uri("ftp://example.com/"));
                edit.Emails.Add(new ProfileEmail(EmailAddress.Parse("ada@example.org"), new string('l', 41)));
                edit.Notes = "fine";
            }
        );

        rejected
            .Errors.Select(error => (error.Field.Code, error.Code))
            .Should()
            .Equal(
                ("company", FieldErrorCode.TooLong),
                ("job-title", FieldErrorCode.UnfitCharacters),
                ("name", FieldErrorCode.UnfitCharacters),
                ("name", FieldErrorCode.TooLong),
                ("bio", FieldErrorCode.OwnedByProvider),
                ("phones", FieldErrorCode.Malformed),
                ("websites", FieldErrorCode.Malformed),
                ("emails", FieldErrorCode.TooLong)
            );
        rejected.Errors.Should().OnlyContain(error => error.Message.Length > 10 && !error.Message.Contains("Lovelace"));
        rejected.Errors[1].Message.Should().Contain("U+202E").And.Contain("place 6");
        rejected.Code.Should().Be("rejected");
    }

    [Fact]
    public async Task A_list_that_would_be_too_long_is_reported_with_the_other_errors()
    {
        await using var host = new ProfileFixture(options => options.Limits = new EditLimits { Entries = 1 });
        var ada = await host.CreateAsync();

        var rejected = await host.RejectedAsync(
            ada,
            edit =>
            {
                edit.Phones.Add(new PhoneNumber("12"));
                edit.Phones.Add(new PhoneNumber("+1 555 0100"));
            }
        );

        rejected.Errors.Select(error => error.Code).Should().Equal(FieldErrorCode.Malformed, FieldErrorCode.TooMany);
    }

    public static TheoryData<string, ProfileField, object> OfOneLine =>
        new()
        {
            { "company", ProfileField.Company, "a\nb" },
            { "job title", ProfileField.JobTitle, "a\nb" },
            { "location", ProfileField.Location, "a\nb" },
            { "name", ProfileField.Name, new PersonName("a\nb") },
            { "given name", ProfileField.Name, new PersonName("a", "a\nb") },
            { "family name", ProfileField.Name, new PersonName("a", "a", "a\nb") },
            { "city", ProfileField.Address, new PostalAddress(city: "a\nb") },
            { "region", ProfileField.Address, new PostalAddress(region: "a\nb") },
            { "postal code", ProfileField.Address, new PostalAddress(postalCode: "a\nb") },
            { "country", ProfileField.Address, new PostalAddress(country: "a\nb") },
            { "address of the photo", ProfileField.Photo, new Photo(new Uri("https://example.com/a\nb")) },
            { "address of the website", ProfileField.Websites, new Uri("https://example.com/a\nb") },
            { "label", ProfileField.Emails, new ProfileEmail(EmailAddress.Parse("ada@example.com"), "a\nb") },
            { "telephone number", ProfileField.Phones, new PhoneNumber("123\n456") },
            { "label", ProfileField.Phones, new PhoneNumber("123456", "a\nb") },
            { "network", ProfileField.SocialProfiles, new SocialProfile("a\nb", username: "a") },
            { "user name", ProfileField.SocialProfiles, new SocialProfile("a", username: "a\nb") },
            {
                "address of the social profile",
                ProfileField.SocialProfiles,
                new SocialProfile("a", new Uri("https://example.com/a\nb"))
            },
        };

    [Theory]
    [MemberData(nameof(OfOneLine))]
    public void A_field_of_one_line_rejects_a_second_line(string part, ProfileField field, object value) =>
        FieldContent
            .Check(field, value, EditLimits.Default, FieldLabels.English)
            .Should()
            .ContainSingle()
            .Which.Should()
            .Match<ContentFault>(error =>
                error.Code == FieldErrorCode.UnfitCharacters
                && error.Message.StartsWith($"The {part} cannot hold the character U+000A")
            );

    public static TheoryData<ProfileField, object> OfManyLines =>
        new()
        {
            { ProfileField.Notes, "a\nb" },
            { ProfileField.Bio, "a\nb" },
            { ProfileField.Custom("plan"), "a\nb" },
            { ProfileField.Address, new PostalAddress("a\nb") },
        };

    [Theory]
    [MemberData(nameof(OfManyLines))]
    public void A_field_of_many_lines_accepts_them(ProfileField field, object value) =>
        FieldContent.Check(field, value, EditLimits.Default, FieldLabels.English).Should().BeEmpty();

    [Fact]
    public void Rules_refuse_null()
    {
        ((Action)(() => EditRules.PhotoEditableByAgents.OwnerOf(null!))).Should().Throw<ArgumentNullException>();
        ((Action)(() => EditRules.PhotoEditableByAgents.With(null!))).Should().Throw<ArgumentNullException>();
    }

    [Theory]
    [InlineData("relative/path")]
    [InlineData("javascript:alert(1)")]
    [InlineData("file:///etc/passwd")]
    public async Task A_website_is_a_web_address(string website)
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync();

        (await host.RejectedAsync(ada, edit => edit.Websites.Add(new Uri(website, UriKind.RelativeOrAbsolute))))
            .Errors.Single()
            .Code.Should()
            .Be(FieldErrorCode.Malformed);
    }

    [Fact]
    public async Task The_error_names_the_page_of_the_provider_of_the_value()
    {
        var first = new ProfileFixture.Directory("first", "https://first.example.org/");
        var second = new ProfileFixture.Directory("second", "https://second.example.org/")
        {
            Says = new PublicInformation { Location = "London" },
        };
        await using var host = new ProfileFixture(null, builder => builder.AddProvider(first).AddProvider(second));
        var ada = await host.CreateAsync();
        await host.RunChecksAsync();

        var rejected = await host.RejectedAsync(
            ada,
            edit =>
            {
                edit.Location = "Paris";
                edit.Bio = "x";
            }
        );

        rejected
            .Errors.Select(error => error.CorrectAt)
            .Should()
            .Equal(new Uri("https://second.example.org/"), new Uri("https://first.example.org/"));
    }

    private sealed class NotesAreLocked : IEditRules
    {
        public EditLimits Limits { get; } = new() { Company = 10 };

        public FieldOwner OwnerOf(ProfileField field) =>
            ProfileField.Notes.Equals(field) || field.CustomKey == "locked" ? FieldOwner.Provider : FieldOwner.Agent;
    }
}
