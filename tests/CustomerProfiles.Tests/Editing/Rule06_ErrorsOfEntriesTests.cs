using System.Globalization;

namespace CustomerProfiles.Tests.Editing;

/// <summary>
/// An error says which field, which entry and which part, so that a form can show it where it belongs.
/// </summary>
public sealed class Rule06_ErrorsOfEntriesTests
{
    [Fact]
    public async Task Two_bad_entries_give_two_errors_that_name_their_entries()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync();
        PhoneNumber[] posted = [new("+1 555 0100"), new("12"), new("34")];

        var rejected = await host.RejectedAsync(ada, edit => edit.Phones.ReplaceWith(posted));

        rejected
            .Errors.Select(error => (error.Field.Code, error.Key, error.Index, error.Label, error.Code))
            .Should()
            .Equal(
                ("phones", ProfileField.Phones.GetKey(posted[1]), 1, "Phone numbers", FieldErrorCode.Malformed),
                ("phones", ProfileField.Phones.GetKey(posted[2]), 2, "Phone numbers", FieldErrorCode.Malformed)
            );
    }

    [Fact]
    public async Task One_bad_entry_is_left_out_without_its_list()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync();
        var edit = ada.Edit(ProfileFixture.Kim);
        edit.Phones.Add(new PhoneNumber("+1 555 0100"));
        edit.Phones.Add(new PhoneNumber("12"));
        edit.Company = "Example Ltd";
        var rejected = (SaveOutcome.Rejected)await host.Profiles.SaveAsync(edit);

        foreach (var error in rejected.Errors)
        {
            edit.Undo(error.Field, error.Key);
        }

        var saved = (SaveOutcome.Saved)await host.Profiles.SaveAsync(edit);
        saved.Profile.Phones.Should().Equal(new PhoneNumber("+1 555 0100"));
        saved.Profile.Company.Should().Be("Example Ltd");
    }

    [Fact]
    public async Task A_bad_entry_is_left_out_although_its_plus_tag_is_folded()
    {
        await using var host = new ProfileFixture(options => options.FoldPlusTagsFor.Add("example.org"));
        var edit = (await host.CreateAsync()).Edit(ProfileFixture.Kim);
        edit.Emails.Add(new ProfileEmail(EmailAddress.Parse("ada+shop@example.org"), new string('x', 41)));
        var error = ((SaveOutcome.Rejected)await host.Profiles.SaveAsync(edit)).Errors.Single();

        edit.Undo(error.Field, error.Key);

        edit.IsEmpty.Should().BeTrue();
    }

    [Fact]
    public async Task An_error_names_the_part_of_the_value()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync();

        var rejected = await host.RejectedAsync(
            ada,
            edit =>
            {
                edit.Name = new PersonName("Ada", new string('a', 129), "b\u202e");
                edit.Address = new PostalAddress { PostalCode = "a\nb" };
                edit.Emails.Add(new ProfileEmail(EmailAddress.Parse("ada@example.org"), new string('x', 41)));
                edit.Company = "a\nb";
            }
        );

        rejected
            .Errors.Select(error => (error.Field.Code, error.Key, error.Part))
            .Should()
            .Equal(
                ("name", "", "given"),
                ("name", "", "family"),
                ("address", "", "postal-code"),
                ("emails", "ada@example.org", "label"),
                ("company", "", null)
            );
    }

    [Theory]
    [InlineData("", FieldErrorCode.Malformed, null)]
    [InlineData(" ", FieldErrorCode.Malformed, null)]
    [InlineData("a\u0001b", FieldErrorCode.UnfitCharacters, null)]
    [InlineData("101", FieldErrorCode.TooLong, 100)]
    public async Task A_key_that_is_not_fit_is_an_error_of_the_edit(string key, FieldErrorCode code, int? limit)
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync();
        key = key == "101" ? new string('k', 101) : key;

        var rejected = await host.RejectedAsync(
            ada,
            edit =>
            {
                edit.Custom[key] = "value";
                edit.Custom[key].Should().Be("value", "the form shows what was typed");
                edit.Custom["plan"] = "Gold";
            }
        );

        rejected
            .Errors.Should()
            .ContainSingle()
            .Which.Should()
            .BeEquivalentTo(
                new
                {
                    Field = ProfileField.CustomProperties,
                    Key = key,
                    Part = "key",
                    Code = code,
                    Limit = limit,
                }
            );
        var edit = ada.Edit(ProfileFixture.Kim);
        edit.Custom[key] = "value";
        edit.Custom[key] = "";
        edit.IsEmpty.Should().BeTrue("a row that is emptied is no change");
        ProfileField.TryCustom(key, out _).Should().BeFalse();
    }

    [Theory]
    [InlineData("plan", "The custom property \"Contract\" has at most 5 characters; shorten it.")]
    [InlineData("shoe size", "The custom property \"shoe size\" has at most 5 characters; shorten it.")]
    public async Task A_custom_property_that_is_too_long_is_named_by_its_label(string key, string message)
    {
        await using var host = new ProfileFixture(options =>
        {
            options.Limits = new EditLimits { CustomValue = 5 };
            options.FieldLabels = (field, _) => field.CustomKey == "plan" ? "Contract" : null;
        });

        var rejected = await host.RejectedAsync(await host.CreateAsync(), edit => edit.Custom[key] = "too long");

        rejected.Errors.Should().ContainSingle().Which.Message.Should().Be(message);
    }

    [Fact]
    public async Task Labels_are_the_hosts_in_each_culture()
    {
        await using var host = new ProfileFixture(options =>
            options.FieldLabels = (field, culture) =>
                culture.Name == "de" && ProfileField.Company.Equals(field) ? "Firma" : null
        );
        var ada = await host.CreateAsync();
        var before = CultureInfo.CurrentUICulture;
        try
        {
            CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("de");
            (await LabelAsync()).Should().Be("Firma");
            (await LabelOfConflictAsync()).Should().Be("Firma");
            (await host.Profiles.GetSidebarAsync(ada.Id))!
                .Fields.Select(field => field.Label)
                .Should()
                .StartWith(["Firma", "Job title", "E-mail addresses"]);
            CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("en");
            (await LabelAsync()).Should().Be("Company");
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }

        async Task<string> LabelAsync() =>
            (await host.RejectedAsync(ada, edit => edit.Company = "a\u0001")).Errors.Single().Label;

        async Task<string> LabelOfConflictAsync()
        {
            var edit = ada.Edit(ProfileFixture.Kim);
            edit.Company = "Kim's";
            await host.EditAsync(ada, other => other.Company = "Lee's", ProfileFixture.Lee);
            return ((SaveOutcome.Conflict)await host.Profiles.SaveAsync(edit)).Fields.Single().Label;
        }
    }

    [Fact]
    public void Every_field_has_a_label_and_a_group()
    {
        ProfileField
            .All.Select(field => field.Label)
            .Should()
            .OnlyHaveUniqueItems()
            .And.OnlyContain(label => label != "");
        ProfileField
            .All.Select(field => field.Group)
            .Distinct()
            .Should()
            .BeEquivalentTo(Enum.GetValues<ProfileFieldGroup>().Except([ProfileFieldGroup.Custom]));
        ProfileField.Custom("plan").Label.Should().Be("plan");
        ProfileField.Custom("plan").Group.Should().Be(ProfileFieldGroup.Custom);
    }
}
