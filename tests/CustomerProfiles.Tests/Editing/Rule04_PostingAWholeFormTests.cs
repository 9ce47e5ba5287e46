using CsCheck;

namespace CustomerProfiles.Tests.Editing;

/// <summary>A form posts every field, changed or not. What stands there already is no change.</summary>
public sealed class Rule04_PostingAWholeFormTests
{
    [Fact]
    public async Task A_name_posted_as_the_text_that_it_is_keeps_its_parts_and_its_provenance()
    {
        await using var host = new ProfileFixture();
        var ada = await host.EditAsync(
            await host.CreateAsync(),
            edit => edit.Name = new PersonName("A. Lovelace", "Ada", "Lovelace"),
            ProfileFixture.Lee
        );

        var edit = ada.Edit(ProfileFixture.Kim);
        edit.Name = " A. Lovelace ";

        edit.IsEmpty.Should().BeTrue();
        edit.Name.Should().Be(new PersonName("A. Lovelace", "Ada", "Lovelace"));
        edit.Name = "Augusta";
        edit.Name = "A. Lovelace";
        edit.IsEmpty.Should().BeTrue("the form was corrected before it was saved");
        edit.Clear(ProfileField.Name);
        edit.Name = "A. Lovelace";
        edit.IsEmpty.Should().BeTrue("clearing and typing the same again is no change");
    }

    [Fact]
    public async Task The_parts_of_a_name_are_removed_on_purpose_with_empty_ones()
    {
        await using var host = new ProfileFixture();
        var ada = await host.EditAsync(
            await host.CreateAsync(),
            edit => edit.Name = new PersonName("A. Lovelace", "Ada", "Lovelace")
        );

        ada = await host.EditAsync(ada, edit => edit.Name = new PersonName("A. Lovelace", "", ""));

        ada.Name.Should().Be(new PersonName("A. Lovelace"));
    }

    [Fact]
    public async Task A_form_posted_as_it_was_shown_takes_nothing_over_from_a_provider()
    {
        var directory = new ProfileFixture.Directory
        {
            Says = new()
            {
                Name = new PersonName("A. Lovelace", "Ada", "Lovelace"),
                Company = "Example Ltd",
                Websites = [new Uri("https://www.example.com")],
                Photo = "https://example.com/ada.png#face",
            },
        };
        await using var host = new ProfileFixture(
            options => options.AgentsEditPhoto = true,
            builder => builder.AddProvider(directory)
        );
        var ada = await host.CreateAsync("ada@example.com");
        await host.RunChecksAsync();
        ada = await host.ReadAsync(ada);

        var edit = ada.Edit(ProfileFixture.Kim);
        edit.Name = ada.Name!.Full;
        edit.Company = "Example Ltd ";
        edit.JobTitle = "";
        edit.Photo = ada.Photo!.Url.ToString();
        edit.Websites.ReplaceWith(ada.Websites.Select(website => new Uri(website.ToString())));
        edit.Emails.ReplaceWith(ada.Emails.Select(email => new ProfileEmail(email.Address)));

        edit.IsEmpty.Should().BeTrue();
        edit.Photo = "https://example.com/ada.png#other";
        edit.Changed.Should().Equal(ProfileField.Photo);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_reset_field_that_is_posted_blank_as_the_form_showed_it_stays_reset(bool isCleared)
    {
        await using var host = new ProfileFixture();
        var ada = await host.EditAsync(
            await host.CreateAsync(),
            edit =>
            {
                edit.Company = "Example Ltd";
                edit.Custom["plan"] = "Gold";
            }
        );
        if (isCleared)
        {
            ada = await host.EditAsync(ada, edit => (edit.Company, edit.Custom["plan"]) = (null, null));
        }

        var edit = ada.Edit(ProfileFixture.Kim);
        edit.Reset(ProfileField.Company);
        edit.Reset(ProfileField.Custom("plan"));
        edit = ada.Edit(ProfileFixture.Kim, edit.ToDraft());
        edit.Company.Should().BeNull();
        edit.Company = null;
        edit.Custom["plan"] = "";

        var saved = (SaveOutcome.Saved)await host.Profiles.SaveAsync(edit);
        saved.Profile.Find(ProfileField.Company).Should().BeNull();
        saved.Profile.Find(ProfileField.Custom("plan")).Should().BeNull();
    }

    [Fact]
    public async Task A_blank_field_cleared_on_purpose_and_posted_blank_stays_cleared()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync();

        ada = await host.EditAsync(
            ada,
            edit =>
            {
                edit.Clear(ProfileField.Company);
                edit.Company = "";
            }
        );

        ada.Find(ProfileField.Company)!.IsCleared.Should().BeTrue();
    }

    [Fact]
    public async Task An_address_with_a_folded_plus_tag_posted_as_it_was_shown_is_no_change()
    {
        await using var host = new ProfileFixture(options => options.FoldPlusTagsFor.Add("example.org"));
        var ada = await host.CreateAsync("ada+news@example.org");
        var posted = new ProfileEmail(EmailAddress.Parse("ada+news@example.org"));

        var edit = ada.Edit(ProfileFixture.Kim);
        edit.Emails.ReplaceWith([posted]);
        edit.IsEmpty.Should().BeTrue();

        edit.Emails.Add(posted with { Label = "news" });
        ada = ((SaveOutcome.Saved)await host.Profiles.SaveAsync(edit)).Profile;
        ada = await host.EditAsync(ada, edit => edit.Emails.ReplaceWith([posted]), ProfileFixture.Lee);
        ada.Emails.Single().Label.Should().Be("news");
        ada.Values.Single(value => value.Value is ProfileEmail).Provenance.By.Should().Be("kim");
        edit = ada.Edit(ProfileFixture.Kim);
        edit.Emails.Remove(posted).Should().BeTrue();
        edit.Emails.Should().BeEmpty();
    }

    [Fact]
    public async Task A_replaced_list_keeps_what_is_the_same_and_adds_and_removes_the_rest()
    {
        await using var host = new ProfileFixture();
        var ada = await host.EditAsync(
            await host.CreateAsync(),
            edit =>
            {
                edit.Phones.Add(new PhoneNumber("+1 555 0100", "work"));
                edit.Phones.Add(new PhoneNumber("+1 555 0101", "home"));
                edit.Phones.Add(new PhoneNumber("+1 555 0102", "fax"));
            },
            ProfileFixture.Lee
        );

        var saved = await host.EditAsync(
            ada,
            edit =>
                edit.Phones.ReplaceWith([
                    new PhoneNumber("+1 555 0103", "new"),
                    new PhoneNumber("+1 555 0100"),
                    new PhoneNumber("+1 555 0101", ""),
                ])
        );

        saved
            .Phones.Should()
            .BeEquivalentTo([
                new PhoneNumber("+1 555 0100", "work"),
                new PhoneNumber("+1 555 0101"),
                new PhoneNumber("+1 555 0103", "new"),
            ]);
        var kept = saved.Values.Single(value => value.Value is PhoneNumber { Number: "+1 555 0100" });
        kept.Provenance.By.Should().Be("lee", "it is the same entry, with or without its label");
        saved
            .Find(ProfileField.Phones, ProfileField.Phones.GetKey(new PhoneNumber("+1 555 0102")))!
            .IsCleared.Should()
            .BeTrue("a machine must not add the fax again");
    }

    [Fact]
    public async Task A_list_cleared_and_filled_with_the_same_entries_leaves_no_mark()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync();
        var edit = ada.Edit(ProfileFixture.Kim);

        edit.Emails.Clear();
        foreach (var email in ada.Emails)
        {
            edit.Emails.Add(email);
        }

        edit.IsEmpty.Should().BeTrue();
        edit.Emails.Clear();
        edit.Emails.Add(new ProfileEmail(EmailAddress.Parse("ada@example.org")));
        edit.Emails.Should().ContainSingle("the list is cleared but for what was added");
        edit.Emails.Add(ada.Emails.Single());
        (await host.Profiles.SaveAsync(edit))
            .Should()
            .BeOfType<SaveOutcome.Saved>()
            .Which.Profile.Values.Should()
            .NotContain(value => value.IsCleared);
    }

    [Fact]
    public async Task A_list_is_not_replaced_with_null_entries()
    {
        await using var host = new ProfileFixture();
        var edit = (await host.CreateAsync()).Edit(ProfileFixture.Kim);

        edit.Invoking(edit => edit.Emails.ReplaceWith([null!])).Should().Throw<ArgumentException>();

        edit.IsEmpty.Should().BeTrue("nothing is half replaced");
    }

    [Fact]
    public async Task Replacing_a_list_twice_is_replacing_it_once_and_replacing_it_with_itself_is_nothing()
    {
        await using var host = new ProfileFixture();
        var ada = await host.EditAsync(
            await host.CreateAsync(),
            edit => edit.Phones.ReplaceWith([Phone(0), Phone(1), Phone(2)])
        );

        Gen.Int[0, 5]
            .HashSet[0, 5]
            .Sample(
                wanted =>
                {
                    var phones = wanted.Select(Phone).ToArray();
                    var edit = ada.Edit(ProfileFixture.Kim);
                    edit.Phones.ReplaceWith(phones);
                    var once = edit.Phones.ToArray();
                    edit.Phones.ReplaceWith(edit.Phones);
                    var isStable = once.ToHashSet().SetEquals(edit.Phones) && once.ToHashSet().SetEquals(phones);
                    edit.Phones.ReplaceWith(ada.Phones);
                    return isStable && edit.IsEmpty;
                },
                iter: 200 * Repeat.Times
            );

        static PhoneNumber Phone(int number) => new($"+1 555 010{number}", "work");
    }

    [Fact]
    public async Task Custom_properties_are_read_set_and_cleared_by_their_keys()
    {
        await using var host = new ProfileFixture();
        var ada = await host.EditAsync(
            await host.CreateAsync(),
            edit =>
            {
                edit.Custom["plan"] = "Gold";
                edit.Custom["age"] = "36";
            },
            ProfileFixture.Lee
        );

        var edit = ada.Edit(ProfileFixture.Kim);
        edit.Custom["plan"] = "Gold";
        edit.IsEmpty.Should().BeTrue();
        edit.Custom["age"] = " ";
        edit.Custom["seat"] = "1A";
        edit.Custom.Should().BeEquivalentTo([KeyValuePair.Create("plan", "Gold"), KeyValuePair.Create("seat", "1A")]);
        edit.Custom["age"].Should().BeNull();

        var saved = (SaveOutcome.Saved)await host.Profiles.SaveAsync(edit);
        saved
            .Profile.CustomProperties.Should()
            .Equal(new Dictionary<string, string> { ["plan"] = "Gold", ["seat"] = "1A" });
        saved.Profile.Find(ProfileField.Custom("plan"))!.Provenance.By.Should().Be("lee");
    }
}
