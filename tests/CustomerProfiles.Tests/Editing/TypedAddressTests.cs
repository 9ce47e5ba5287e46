namespace CustomerProfiles.Tests;

/// <summary>E-mail addresses as a form posts them: text, of which some is no address.</summary>
public sealed class TypedAddressTests
{
    [Fact]
    public async Task A_text_that_is_no_address_is_an_error_beside_all_others_with_its_place_in_the_form()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync();

        var rejected = await host.RejectedAsync(
            ada,
            edit =>
            {
                edit.Emails.ReplaceWith([
                    new ProfileEmail("ada@example.com"),
                    new ProfileEmail("ada at example"),
                    new ProfileEmail("@@"),
                ]);
                edit.JobTitle = new string('x', 300);
            }
        );

        rejected
            .Errors.Select(error => (error.Field, error.Index, error.Key, error.Code))
            .Should()
            .BeEquivalentTo([
                ((ProfileField)ProfileField.Emails, (int?)1, "ada at example", FieldErrorCode.Malformed),
                (ProfileField.Emails, 2, "@@", FieldErrorCode.Malformed),
                (ProfileField.JobTitle, null, "", FieldErrorCode.TooLong),
            ]);
    }

    [Fact]
    public async Task The_form_shows_again_what_was_typed_also_after_another_request()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync();
        var edit = ada.Edit(ProfileFixture.Kim);
        edit.Emails.Add(new ProfileEmail("ada at example", "work"));

        var shown = ada.Edit(ProfileFixture.Kim, ProfileDraft.Parse(edit.ToDraft().ToJson()));

        shown
            .Emails.Select(email => (email.Text, email.Label))
            .Should()
            .Equal(edit.Emails.Select(email => (email.Text, email.Label)))
            .And.Contain(("ada at example", "work"));
    }

    [Fact]
    public async Task One_bad_address_can_be_left_out_and_the_rest_saved()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync();
        var edit = ada.Edit(ProfileFixture.Kim);
        edit.Emails.Add(new ProfileEmail("countess@example.org"));
        edit.Emails.Add(new ProfileEmail("countess at example"));
        var rejected = (SaveOutcome.Rejected)await host.Profiles.SaveAsync(edit);

        edit.Undo(rejected.Errors.Single().Field, rejected.Errors.Single().Key);
        var saved = await host.Profiles.SaveAsync(edit);

        saved
            .Should()
            .BeOfType<SaveOutcome.Saved>()
            .Which.Profile.Emails.Select(email => email.Text)
            .Should()
            .Contain("countess@example.org")
            .And.NotContain("countess at example");
    }

    [Fact]
    public void Text_is_the_address_as_it_was_typed()
    {
        new ProfileEmail("Ada@Example.com").Text.Should().Be("Ada@Example.com");
        new ProfileEmail("Ada@Example.com").Should().Be(new ProfileEmail(EmailAddress.Parse("Ada@Example.com")));
        new ProfileEmail("no address").Address.Should().Be(default(EmailAddress));
        (new ProfileEmail("no address") with { Address = EmailAddress.Parse("ada@example.com") })
            .Text.Should()
            .Be("ada@example.com");
        new ProfileEmail(" ").Should().Be(new ProfileEmail(default(EmailAddress)));
    }

    [Fact]
    public void A_long_text_has_a_short_key() =>
        ProfileField
            .Emails.GetKey(new ProfileEmail(new string('x', 100_000)))
            .Length.Should()
            .BeLessThanOrEqualTo(EmailAddress.MaxLength);
}
