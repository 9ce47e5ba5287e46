namespace CustomerProfiles.Tests.Editing;

/// <summary>A limit holds for the profile as it is when it is saved, not as it was read.</summary>
public sealed class LimitsOfTheCurrentProfileTests
{
    [Fact]
    public async Task Concurrent_drafts_cannot_exceed_the_limit_of_a_list_together()
    {
        await using var host = new TestHost(options => options.Limits = new EditLimits { Entries = 2 });
        var profile = (await host.ReceiveAsync()).Profile!;
        var first = profile.Edit(TestHost.Kim);
        first.Phones.Add(new PhoneNumber("+1 555 0100"));
        first.Phones.Add(new PhoneNumber("+1 555 0101"));
        var second = profile.Edit(TestHost.Kim);
        second.Phones.Add(new PhoneNumber("+1 555 0102"));

        (await host.Profiles.SaveAsync(first)).Should().BeOfType<SaveOutcome.Saved>();

        (await host.Profiles.SaveAsync(second))
            .Should()
            .BeOfType<SaveOutcome.Rejected>()
            .Which.Errors.Should()
            .ContainSingle(error => error.Code == FieldErrorCode.TooMany && error.Limit == 2);
        (await host.ReadAsync(profile)).Phones.Should().HaveCount(2);
    }

    [Fact]
    public async Task A_list_that_was_longer_before_its_limit_was_lowered_can_be_corrected_and_cut_down()
    {
        await using var before = new TestHost();
        var ada = await before.EditAsync(
            (await before.ReceiveAsync()).Profile!.Id,
            edit =>
            {
                edit.Phones.Add(new PhoneNumber("+1 555 0100"));
                edit.Phones.Add(new PhoneNumber("+1 555 0101"));
                edit.Phones.Add(new PhoneNumber("+1 555 0102"));
            }
        );
        await using var host = new TestHost(
            options => options.Limits = new EditLimits { Entries = 1 },
            store: before.Store,
            time: before.Time
        );

        (await host.EditAsync(ada.Id, edit => edit.Phones.Add(new PhoneNumber("+1 555 0100", "work"))))
            .Phones.Should()
            .HaveCount(3);
        (await host.EditAsync(ada.Id, edit => edit.Phones.Remove(new PhoneNumber("+1 555 0101"))))
            .Phones.Should()
            .HaveCount(2);
    }

    [Fact]
    public async Task A_social_profile_with_half_an_address_is_refused_and_does_not_throw()
    {
        await using var host = new TestHost(builder: builder => builder.UseEditRules(new AgentsOwnAll()));
        var edit = (await host.ReceiveAsync()).Profile!.Edit(TestHost.Kim);
        edit.SocialProfiles.Add(new SocialProfile("github", new Uri("/ada", UriKind.Relative)));

        (await host.Profiles.SaveAsync(edit))
            .Should()
            .BeOfType<SaveOutcome.Rejected>()
            .Which.Errors.Should()
            .ContainSingle(error => error.Code == FieldErrorCode.Malformed);
    }

    [Fact]
    public void A_code_that_no_field_can_have_is_no_field() =>
        ProfileField
            .TryParse("custom:" + new string('x', ProfileField.MaxCustomKeyLength + 1), out _)
            .Should()
            .BeFalse();

    [Fact]
    public void A_stored_address_comes_back_with_the_key_that_it_had()
    {
        var address = EmailAddress.FromStore("Ada+Shop@example.com", "ada@example.com");

        address.Should().Be(EmailAddress.Parse("ada@example.com"));
        address.Value.Should().Be("Ada+Shop@example.com");
    }

    private sealed class AgentsOwnAll : IEditRules
    {
        public EditLimits Limits => EditLimits.Default;

        public FieldOwner OwnerOf(ProfileField field) => FieldOwner.Agent;
    }
}
