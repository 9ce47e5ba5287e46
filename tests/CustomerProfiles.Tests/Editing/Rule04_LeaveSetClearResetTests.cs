using CustomerProfiles.Providers;

namespace CustomerProfiles.Tests.Editing;

public sealed class Rule04_LeaveSetClearResetTests
{
    [Fact]
    public async Task Set_cleared_and_unset_are_three_different_things()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync();
        ada.Find(ProfileField.Company).Should().BeNull();

        var set = await host.EditAsync(ada, edit => edit.Company = "Example Ltd");
        set.Find(ProfileField.Company)!.IsCleared.Should().BeFalse();

        var cleared = await host.EditAsync(ada, edit => edit.Clear(ProfileField.Company));
        cleared.Company.Should().BeNull();
        cleared.Find(ProfileField.Company)!.IsCleared.Should().BeTrue();

        var unset = await host.EditAsync(ada, edit => edit.Reset(ProfileField.Company));
        unset.Find(ProfileField.Company).Should().BeNull();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" \r\n ")]
    public async Task Posting_blank_clears_what_is_there_and_leaves_what_is_not(string? blank)
    {
        await using var host = new ProfileFixture();
        var ada = await host.EditAsync(await host.CreateAsync(), edit => edit.Company = "Example Ltd");
        var edit = ada.Edit(ProfileFixture.Kim);
        edit.Company = blank;
        edit.JobTitle = blank;
        edit.Notes = blank;

        edit.Changed.Should().Equal(ProfileField.Company);
        var saved = (await host.Profiles.SaveAsync(edit)).Should().BeOfType<SaveOutcome.Saved>().Subject.Profile;
        saved.Find(ProfileField.Company)!.IsCleared.Should().BeTrue();
        saved.Find(ProfileField.JobTitle).Should().BeNull();
    }

    [Fact]
    public async Task Clearing_a_blank_field_is_a_change_that_keeps_providers_out()
    {
        var directory = new ProfileFixture.Directory { Says = new PublicInformation { Company = "Provider's" } };
        await using var host = new ProfileFixture(null, builder => builder.AddProvider(directory));
        var ada = await host.CreateAsync();
        (await host.EditAsync(ada, edit => edit.Clear(ProfileField.Company))).Version.Should().Be(2);

        await host.RunChecksAsync();

        (await host.ReadAsync(ada)).Company.Should().BeNull();
    }

    [Fact]
    public async Task A_draft_that_puts_everything_back_is_empty_and_writes_nothing()
    {
        await using var host = new ProfileFixture();
        var ada = await host.EditAsync(await host.CreateAsync(), edit => edit.Company = "Example Ltd");
        var edit = ada.Edit(ProfileFixture.Lee);
        edit.IsEmpty.Should().BeTrue();
        edit.Company = "Other Ltd";
        edit.JobTitle = "Countess";
        edit.Emails.Add(new ProfileEmail(EmailAddress.Parse("ada@example.org")));
        edit.IsEmpty.Should().BeFalse();
        edit.Company = " Example Ltd ";
        edit.JobTitle = null;
        edit.Emails.Remove(new ProfileEmail(EmailAddress.Parse("ADA@example.org"))).Should().BeTrue();

        edit.IsEmpty.Should().BeTrue();
        (await host.Profiles.SaveAsync(edit))
            .Should()
            .BeOfType<SaveOutcome.Saved>()
            .Which.Profile.Should()
            .BeSameAs(ada);
    }

    [Fact]
    public async Task Undo_removes_the_changes_of_one_field()
    {
        await using var host = new ProfileFixture();
        var edit = (await host.CreateAsync()).Edit(ProfileFixture.Kim);
        edit.Company = "Example Ltd";
        edit.JobTitle = "Countess";
        edit.Phones.Add(new PhoneNumber("12345"));

        edit.Undo(ProfileField.Company);
        edit.Undo(ProfileField.Phones);

        edit.Changed.Should().Equal(ProfileField.JobTitle);
        edit.Company.Should().BeNull();
    }

    [Fact]
    public async Task A_draft_reads_as_the_profile_would_be()
    {
        await using var host = new ProfileFixture();
        var edit = (await host.CreateAsync("Ada <ada@example.com>")).Edit(ProfileFixture.Kim);
        edit.Name!.Full.Should().Be("Ada");
        edit.Emails.Select(email => email.Address.Value).Should().Equal("ada@example.com");
        edit.Emails.Remove(new ProfileEmail(EmailAddress.Parse("grace@example.com"))).Should().BeFalse();
        edit.IsEmpty.Should().BeTrue();
        edit.Name = "Ada Lovelace";
        edit.Emails.Add(new ProfileEmail(EmailAddress.Parse("ada@example.org")));
        edit.Emails.Remove(new ProfileEmail(EmailAddress.Parse("ada@example.com")));

        edit.Name!.Full.Should().Be("Ada Lovelace");
        edit.Emails.Select(email => email.Address.Value).Should().Equal("ada@example.org");
        edit.Get(ProfileField.Company).Should().BeNull();
        edit.Clear(ProfileField.Name);
        edit.Name.Should().BeNull();
        edit.Profile.Name!.Full.Should().Be("Ada", "the profile does not change");
    }

    [Fact]
    public async Task A_reset_field_is_filled_by_the_next_check()
    {
        var directory = new ProfileFixture.Directory { Says = new PublicInformation { Company = "Provider's" } };
        await using var host = new ProfileFixture(null, builder => builder.AddProvider(directory));
        var ada = await host.CreateAsync();
        await host.EditAsync(ada, edit => edit.Clear(ProfileField.Company));
        await host.EditAsync(ada, edit => edit.Reset(ProfileField.Company));

        await host.RunChecksAsync();

        (await host.ReadAsync(ada)).Company.Should().Be("Provider's");
    }

    [Fact]
    public async Task Reset_keeps_what_did_not_come_from_a_person()
    {
        await using var host = new ProfileFixture();
        var edit = (await host.CreateAsync("Ada <ada@example.com>")).Edit(ProfileFixture.Kim);

        edit.Reset(ProfileField.Name);
        edit.Reset(ProfileField.Emails);

        edit.IsEmpty.Should().BeTrue();
    }

    [Fact]
    public async Task Reset_discards_earlier_changes_of_the_field()
    {
        await using var host = new ProfileFixture();
        var edit = (await host.CreateAsync()).Edit(ProfileFixture.Kim);
        edit.Company = "Example Ltd";

        edit.Reset(ProfileField.Company);

        edit.IsEmpty.Should().BeTrue();
    }

    [Fact]
    public async Task A_cleared_providers_field_can_be_reset_by_an_edit()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync();
        var cleared = (await host.Profiles.ClearPhotoAsync(ada.Id, ProfileFixture.Kim))
            .Should()
            .BeOfType<SaveOutcome.Saved>()
            .Subject.Profile;
        cleared.Find(ProfileField.Photo)!.IsCleared.Should().BeTrue();

        (await host.EditAsync(ada, edit => edit.Reset(ProfileField.Photo))).Find(ProfileField.Photo).Should().BeNull();
    }

    [Fact]
    public async Task Resetting_a_field_that_was_reset_and_filled_meanwhile_keeps_the_new_value()
    {
        var directory = new ProfileFixture.Directory { Says = new PublicInformation { Company = "Provider's" } };
        await using var host = new ProfileFixture(null, builder => builder.AddProvider(directory));
        var cleared = await host.EditAsync(await host.CreateAsync(), edit => edit.Clear(ProfileField.Company));
        var late = cleared.Edit(ProfileFixture.Lee);
        late.Reset(ProfileField.Company);
        await host.EditAsync(cleared, edit => edit.Reset(ProfileField.Company));
        await host.RunChecksAsync();

        (await host.Profiles.SaveAsync(late))
            .Should()
            .BeOfType<SaveOutcome.Saved>()
            .Which.Profile.Company.Should()
            .Be("Provider's");
    }

    [Fact]
    public async Task A_value_that_an_agent_typed_is_the_agents_even_when_a_provider_was_faster_with_the_same()
    {
        var directory = new ProfileFixture.Directory { Says = new PublicInformation { Company = "Example Ltd" } };
        await using var host = new ProfileFixture(null, builder => builder.AddProvider(directory));
        var typed = (await host.CreateAsync()).Edit(ProfileFixture.Kim);
        typed.Company = "Example Ltd";
        await host.RunChecksAsync();

        var saved = (await host.Profiles.SaveAsync(typed)).Should().BeOfType<SaveOutcome.Saved>().Subject.Profile;

        saved.Find(ProfileField.Company)!.Provenance.Source.Should().Be(ProvenanceSource.Agent);
        directory.Says = new PublicInformation { Company = "Another Ltd" };
        host.Time.Advance(TimeSpan.FromDays(100));
        await host.ReceiveAsync("ada@example.com");
        (await host.RunChecksAsync()).Should().Be(1);
        (await host.ReadAsync(saved)).Company.Should().Be("Example Ltd");
    }

    [Fact]
    public async Task An_agents_value_replaces_one_that_a_provider_set_meanwhile()
    {
        var directory = new ProfileFixture.Directory
        {
            Says = new PublicInformation { Company = "Provider's", JobTitle = "Provider's" },
        };
        await using var host = new ProfileFixture(null, builder => builder.AddProvider(directory));
        var edit = (await host.CreateAsync()).Edit(ProfileFixture.Kim);
        edit.Company = "Typed";
        edit.Clear(ProfileField.JobTitle);
        await host.RunChecksAsync();

        var saved = (await host.Profiles.SaveAsync(edit)).Should().BeOfType<SaveOutcome.Saved>().Subject.Profile;

        saved.Company.Should().Be("Typed");
        saved.JobTitle.Should().BeNull();
    }

    [Fact]
    public async Task Clearing_a_list_marks_what_was_read_and_drops_what_the_draft_had_added()
    {
        await using var host = new ProfileFixture();
        var (first, second, third) = (
            new Uri("https://first.example.org/"),
            new Uri("https://second.example.org/"),
            new Uri("https://third.example.org/")
        );
        var ada = await host.CreateAsync();
        await host.EditAsync(ada, edit => edit.Websites.Add(first));
        await host.EditAsync(ada, edit => edit.Websites.Add(second));
        await host.EditAsync(ada, edit => edit.Websites.Remove(first));

        var saved = await host.EditAsync(
            ada,
            edit =>
            {
                edit.Websites.Add(third);
                edit.Websites.Clear();
                edit.Websites.Should().BeEmpty();
            },
            by: ProfileFixture.Lee
        );

        var marks = saved.Values.Where(value => value.Field.Equals(ProfileField.Websites)).ToArray();
        marks.Should().HaveCount(3).And.OnlyContain(mark => mark.IsCleared);
        marks
            .Where(mark => mark.Provenance.By == "kim")
            .Should()
            .ContainSingle("it was removed before")
            .Which.Key.Should()
            .Be(ProfileField.Websites.KeyOf(first));
        marks
            .Where(mark => mark.Provenance.By == "lee")
            .Select(mark => mark.Key)
            .Should()
            .BeEquivalentTo(["", ProfileField.Websites.KeyOf(second)]);
        saved.Emails.Should().HaveCount(1);
    }

    [Fact]
    public async Task A_cleared_list_stays_empty_until_an_agent_adds_to_it()
    {
        var directory = new ProfileFixture.Directory
        {
            Says = new PublicInformation { Websites = [new Uri("https://provider.example.org/")] },
        };
        await using var host = new ProfileFixture(null, builder => builder.AddProvider(directory));
        var ada = await host.CreateAsync();
        var cleared = await host.EditAsync(ada, edit => edit.Websites.Clear());
        await host.RunChecksAsync();
        (await host.ReadAsync(ada)).Should().BeSameAs(cleared);

        var saved = await host.EditAsync(ada, edit => edit.Websites.Add(new Uri("https://ada.example.org/")));

        saved.Websites.Should().Equal(new Uri("https://ada.example.org/"));
    }
}
