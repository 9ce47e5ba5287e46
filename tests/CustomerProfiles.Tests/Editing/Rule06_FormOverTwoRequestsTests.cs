using System.Text.Json;
using CsCheck;

namespace CustomerProfiles.Tests.Editing;

/// <summary>
/// A form is shown by one request and saved by another. Between the two the server keeps nothing: the draft travels
/// with the form.
/// </summary>
public sealed class Rule06_FormOverTwoRequestsTests
{
    [Fact]
    public async Task What_the_form_did_not_change_is_left_to_whoever_changed_it_meanwhile()
    {
        await using var host = new ProfileFixture();
        var ada = await host.EditAsync(
            await host.CreateAsync(),
            edit => (edit.Company, edit.JobTitle) = ("Example Ltd", "Countess")
        );
        var form = await GetAsync(host, ada);
        await host.EditAsync(ada, edit => edit.Company = "Lee's", ProfileFixture.Lee);

        var outcome = await PostAsync(host, ada, form, edit => Post(edit, "Example Ltd", "Analyst"));

        var saved = outcome.Should().BeOfType<SaveOutcome.Saved>().Subject.Profile;
        saved.Company.Should().Be("Lee's", "the form showed another company and posted it unchanged");
        saved.JobTitle.Should().Be("Analyst");
    }

    [Fact]
    public async Task The_same_field_changed_by_another_person_meanwhile_is_a_conflict_with_all_three_values()
    {
        await using var host = new ProfileFixture();
        var ada = await host.EditAsync(await host.CreateAsync(), edit => edit.Company = "Example Ltd");
        var form = await GetAsync(host, ada);
        await host.EditAsync(ada, edit => edit.Company = "Lee's", ProfileFixture.Lee);

        var outcome = await PostAsync(host, ada, form, edit => Post(edit, "Kim's", ""));

        var field = outcome.Should().BeOfType<SaveOutcome.Conflict>().Subject.Fields.Should().ContainSingle().Subject;
        field.Read!.Value.Should().Be("Example Ltd");
        field.Theirs!.Value.Should().Be("Lee's");
        field.Theirs.Provenance.By.Should().Be("lee");
        field.Yours!.Value.Should().Be("Kim's");
    }

    [Fact]
    public async Task A_conflict_that_was_shown_is_overwritten_and_what_came_after_it_is_a_conflict_again()
    {
        await using var host = new ProfileFixture();
        var ada = await host.EditAsync(await host.CreateAsync(), edit => edit.Company = "Example Ltd");
        var form = await GetAsync(host, ada);
        await host.EditAsync(ada, edit => edit.Company = "Lee's", ProfileFixture.Lee);
        var edit = Continued(await host.ReadAsync(ada), form);
        Post(edit, "Kim's", "");
        var conflict = (SaveOutcome.Conflict)await host.Profiles.SaveAsync(edit);

        // The page of the conflict is shown; a third person saves before it is posted.
        var second = edit.Rebase(conflict).ToDraft().ToJson();
        await host.EditAsync(ada, other => other.Company = "Max's", Actor.Agent("max"));
        var again = await PostAsync(host, ada, second, edit => Post(edit, "Kim's", ""));

        again.Should().BeOfType<SaveOutcome.Conflict>().Which.Fields.Single().Theirs!.Value.Should().Be("Max's");
        (await host.ReadAsync(ada)).Company.Should().Be("Max's", "nobody is overwritten unseen");

        // In memory it is the same.
        (await host.Profiles.SaveAsync(edit.Rebase(conflict)))
            .Should()
            .BeOfType<SaveOutcome.Conflict>();

        var third = Continued(await host.ReadAsync(ada), second).Rebase((SaveOutcome.Conflict)again).ToDraft().ToJson();
        (await PostAsync(host, ada, third, edit => Post(edit, "Kim's", ""))).Should().BeOfType<SaveOutcome.Saved>();
        (await host.ReadAsync(ada)).Company.Should().Be("Kim's");
    }

    [Fact]
    public async Task Choosing_theirs_on_the_page_of_a_conflict_is_no_change()
    {
        await using var host = new ProfileFixture();
        var ada = await host.EditAsync(await host.CreateAsync(), edit => edit.Company = "Example Ltd");
        var form = await GetAsync(host, ada);
        await host.EditAsync(ada, edit => edit.Company = "Lee's", ProfileFixture.Lee);
        var edit = Continued(await host.ReadAsync(ada), form);
        Post(edit, "Kim's", "Analyst");
        var conflict = (SaveOutcome.Conflict)await host.Profiles.SaveAsync(edit);
        var second = edit.Rebase(conflict).ToDraft().ToJson();

        var outcome = await PostAsync(host, ada, second, edit => Post(edit, "Lee's", "Analyst"));

        var saved = outcome.Should().BeOfType<SaveOutcome.Saved>().Subject.Profile;
        saved.Find(ProfileField.Company)!.Provenance.By.Should().Be("lee");
        saved.JobTitle.Should().Be("Analyst");
    }

    [Fact]
    public async Task Every_kind_of_change_survives_the_round_trip()
    {
        await using var host = new ProfileFixture(options => options.AgentsEditPhoto = true);
        var ada = await host.EditAsync(
            await host.CreateAsync(),
            edit =>
            {
                edit.Phones.Add(new PhoneNumber("+1 555 0100", "work"));
                edit.Clear(ProfileField.Company);
                edit.Custom["plan"] = "Gold";
            }
        );
        var edit = ada.Edit(ProfileFixture.Kim);
        edit.Name = new PersonName("A. Lovelace", "Ada", "Lovelace");
        edit.Address = new PostalAddress("1 Street", "London", null, "E1", "GB");
        edit.Photo = "https://example.com/ada.png";
        edit.Websites.Add(new Uri("https://www.example.com/"));
        edit.Emails.Add(new ProfileEmail(EmailAddress.Parse("Ada@example.org"), "home"));
        edit.Emails.Add(new ProfileEmail(default(EmailAddress)));
        edit.Phones.Clear();
        edit.Custom["plan"] = null;
        edit.Custom[""] = "no key";
        edit.Reset(ProfileField.Company);
        edit.Notes = "One\nTwo \"three\" <four>";

        var back = Continued(ada, edit.ToDraft().ToJson());

        back.AllChanges.Should().Equal(edit.AllChanges);
        ProfileDraft.Parse(edit.ToDraft().ToJson()).ToJson().Should().Be(edit.ToDraft().ToJson());
        JsonSerializer
            .Deserialize<ProfileDraft>(JsonSerializer.Serialize(edit.ToDraft()))!
            .ToJson()
            .Should()
            .Be(edit.ToDraft().ToJson());
    }

    [Fact]
    public async Task A_draft_that_was_tampered_with_can_do_no_more_than_an_edit_of_the_current_profile()
    {
        await using var host = new ProfileFixture();
        var ada = await host.EditAsync(await host.CreateAsync(), edit => edit.Company = "Example Ltd");
        var draft = await GetAsync(host, ada);
        await host.EditAsync(ada, edit => edit.JobTitle = "Countess", ProfileFixture.Lee);
        var current = await host.ReadAsync(ada);

        // It says that the form showed another profile: other values, with somebody else's name under them.
        var forged = draft
            .Replace("Example Ltd", "Forged", StringComparison.Ordinal)
            .Replace("\"by\":\"kim\"", "\"by\":\"max\"", StringComparison.Ordinal)
            .Replace(
                "\"changes\":[]",
                """
                "changes":[
                    {"field":"websites","do":"clear","key":"https://never.example/"},
                    {"field":"emails","do":"set","key":"other@example.com","value":{"address":"+","normalized":"x@y"}},
                    {"field":"bio","do":"set","value":"Forged"}]
                """,
                StringComparison.Ordinal
            );
        forged.Should().NotBe(draft);

        foreach (var version in new[] { current.Version - 1, current.Version, current.Version + 7 })
        {
            var edit = Continued(current, WithVersion(forged, version));
            var rejected = (SaveOutcome.Rejected)await host.Profiles.SaveAsync(edit);
            rejected
                .Errors.Select(error => (error.Field.Code, error.Code))
                .Should()
                .Equal(("emails", FieldErrorCode.Malformed), ("bio", FieldErrorCode.OwnedByProvider));
            edit.Undo(ProfileField.Emails);
            edit.Undo(ProfileField.Bio);

            var saved = (SaveOutcome.Saved)await host.Profiles.SaveAsync(edit);

            saved.Profile.Should().BeSameAs(current, "nothing is left of it that an edit could save");
        }
    }

    [Fact]
    public async Task A_draft_that_resets_an_entry_of_a_list_does_not_remove_it()
    {
        await using var host = new ProfileFixture();
        var ada = await host.EditAsync(
            await host.CreateAsync(),
            edit => edit.Phones.Add(new PhoneNumber("+1 555 0100"))
        );
        var forged = (await GetAsync(host, ada)).Replace(
            "\"changes\":[]",
            """
            "changes":[{"field":"phones","do":"reset","key":"+15550100"}]
            """,
            StringComparison.Ordinal
        );

        var edit = Continued(ada, forged);

        edit.IsEmpty.Should().BeTrue();
        edit.Phones.Remove(new PhoneNumber("+1 555 0100"));
        ada = ((SaveOutcome.Saved)await host.Profiles.SaveAsync(edit)).Profile;
        edit = ada.Edit(ProfileFixture.Kim);
        edit.Reset(ProfileField.Phones);
        Continued(ada, edit.ToDraft().ToJson()).AllChanges.Should().Equal(edit.AllChanges).And.NotBeEmpty();
    }

    [Fact]
    public async Task A_draft_that_came_back_is_not_trusted_after_a_conflict_either()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync();
        var forged = (await GetAsync(host, ada)).Replace(
            "\"changes\":[]",
            """
            "changes":[
                {"field":"websites","do":"clear","key":"https://never.example/"},
                {"field":"company","do":"set","value":"Kim's"}]
            """,
            StringComparison.Ordinal
        );
        ada = await host.EditAsync(ada, edit => edit.Company = "Lee's", ProfileFixture.Lee);
        var edit = Continued(ada, forged);
        var conflict = (SaveOutcome.Conflict)await host.Profiles.SaveAsync(edit);

        var saved = (SaveOutcome.Saved)await host.Profiles.SaveAsync(edit.Rebase(conflict));

        saved.Profile.Company.Should().Be("Kim's");
        saved.Profile.Values.Should().NotContain(value => value.Field.Equals(ProfileField.Websites));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_address_with_a_folded_plus_tag_is_the_same_entry_when_the_draft_comes_back(bool isChanged)
    {
        await using var host = new ProfileFixture(options => options.FoldPlusTagsFor.Add("example.org"));
        var ada = await host.CreateAsync("ada+news@example.org");
        var edit = ada.Edit(ProfileFixture.Kim);
        edit.Emails.Add(ada.Emails.Single() with { Label = "news" });
        var form = edit.ToDraft().ToJson();
        if (isChanged)
        {
            ada = await host.EditAsync(ada, other => other.JobTitle = "Countess", ProfileFixture.Lee);
        }

        var back = Continued(ada, form);

        back.AllChanges.Should().Equal(edit.AllChanges);
        back.Emails.ReplaceWith([new ProfileEmail(EmailAddress.Parse("ada+news@example.org"))]);
        back.AllChanges.Select(change => change.Key).Should().Equal("ada@example.org");
        var saved = ((SaveOutcome.Saved)await host.Profiles.SaveAsync(back)).Profile;
        saved.Emails.Single().Label.Should().Be("news");
        saved.Identities.Should().Equal(ada.Identities);
    }

    [Fact]
    public async Task A_draft_cannot_say_in_what_form_an_address_is_compared()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync("ada@example.com");
        var form = await GetAsync(host, ada);
        form.Should().Contain("\"ada@example.com\"");
        var forged = form.Replace("\"ada@example.com\"", "\"bob@example.com\"", StringComparison.Ordinal)
            .Replace("\"address\":\"bob@example.com\"", "\"address\":\"eve@example.com\"", StringComparison.Ordinal);
        ada = await host.EditAsync(ada, edit => edit.JobTitle = "Countess", ProfileFixture.Lee);
        var edit = Continued(ada, forged);
        edit.Profile.Emails.Single().Address.Normalized.Should().Be("bob@example.com");
        edit.Emails.Add(new ProfileEmail(EmailAddress.Parse("eve@example.com"), "forged"));

        var saved = ((SaveOutcome.Saved)await host.Profiles.SaveAsync(edit)).Profile;

        saved.Emails.Select(email => email.Address.Normalized).Should().Equal("ada@example.com", "eve@example.com");
    }

    [Fact]
    public async Task Invisible_text_at_a_key_that_is_not_fit_is_no_change_and_its_draft_is_read()
    {
        await using var host = new ProfileFixture();
        var edit = (await host.CreateAsync()).Edit(ProfileFixture.Kim);

        edit.Custom["bad\u0007key"] = "\u200b";

        edit.IsEmpty.Should().BeTrue();
        ProfileDraft.TryParse(edit.ToDraft().ToJson(), out _).Should().BeTrue();
    }

    [Fact]
    public async Task What_is_far_too_long_survives_the_round_trip_and_is_an_error_when_saved()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync();
        var edit = ada.Edit(ProfileFixture.Kim);
        var text = new string('x', 32_001);
        edit.Custom[text] = "value";
        edit.Websites.Add(new Uri($"https://example.com/{text}"));
        edit.Custom["plan"] = text;

        var back = ada.Edit(ProfileFixture.Kim, ProfileDraft.Parse(edit.ToDraft().ToJson()));

        back.Custom[text].Should().Be("value");
        ((SaveOutcome.Rejected)await host.Profiles.SaveAsync(back))
            .Errors.Select(error => (error.Field, error.Part, error.Code))
            .Should()
            .Equal(
                (ProfileField.CustomProperties, "key", FieldErrorCode.TooLong),
                (ProfileField.Websites, null, FieldErrorCode.TooLong),
                (ProfileField.Custom("plan"), null, FieldErrorCode.TooLong)
            );
    }

    [Fact]
    public async Task A_draft_names_its_customer_and_is_not_continued_on_another()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync("ada@example.com");
        var bob = await host.CreateAsync("bob@example.com");
        var draft = ada.Edit(ProfileFixture.Kim).ToDraft();

        draft.CustomerId.Should().Be(ada.Id);
        draft.Version.Should().Be(ada.Version);
        bob.Invoking(bob => bob.Edit(ProfileFixture.Kim, draft)).Should().Throw<ArgumentException>();
        ada.Invoking(ada => ada.Edit(default, draft)).Should().Throw<ArgumentException>();
        ada.Invoking(ada => ada.Edit(ProfileFixture.Kim, null!)).Should().Throw<ArgumentNullException>();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"customer":"$id","version":0,"read":[],"changes":[]}""")]
    [InlineData("""{"customer":"garbage","version":1,"read":[],"changes":[]}""")]
    [InlineData("""{"customer":"$id","version":1,"read":{},"changes":[]}""")]
    [InlineData("""{"customer":"$id","version":1,"read":[1],"changes":[]}""")]
    [InlineData("""{$start{"field":"none","do":"clear"}]}""")]
    [InlineData("""{$start{"field":"name","do":"set","value":"text"}]}""")]
    [InlineData("""{$start{"field":"name","do":"set"}]}""")]
    [InlineData("""{$start{"field":"name","do":"set","value":null}]}""")]
    [InlineData("""{$start{"field":"company","do":"set","value":{"full":"x"}}]}""")]
    [InlineData("""{$start{"field":"company","do":"set","value":" "}]}""")]
    [InlineData("""{$start{"field":"company","do":"merge","value":"x"}]}""")]
    [InlineData("""{$start{"field":"company","do":"clear"},{"field":"company","do":"clear"}]}""")]
    [InlineData("""{$start{"field":"bio","do":"clear","key":"x"}]}""")]
    [InlineData("""{$start{"field":"custom-properties","do":"set","key":"plan","value":"x"}]}""")]
    public void Text_that_is_not_a_draft_is_not_parsed(string? json)
    {
        json = json
            ?.Replace(
                "$start",
                "\"customer\":\"$id\",\"version\":1,\"read\":[],\"changes\":[",
                StringComparison.Ordinal
            )
            .Replace("$id", CustomerId.New().ToString(), StringComparison.Ordinal);

        ProfileDraft.TryParse(json, out var draft).Should().BeFalse();
        draft.Should().BeNull();
        if (json is not null)
        {
            ((Action)(() => ProfileDraft.Parse(json))).Should().Throw<FormatException>();
        }
    }

    [Fact]
    public async Task Damaged_drafts_never_crash()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync();
        var edit = ada.Edit(ProfileFixture.Kim);
        edit.Name = new PersonName("A", "B", "C");
        edit.Phones.Add(new PhoneNumber("+1 555 0100", "work"));
        var json = edit.ToDraft().ToJson();

        Gen.Select(Gen.Int[0, json.Length - 1], Gen.Char["{}[]\",:0aé\u0000"])
            .Sample(
                (index, put) =>
                {
                    var damaged = json.Remove(index, 1).Insert(index, put.ToString());
                    if (ProfileDraft.TryParse(damaged, out var draft) && draft.CustomerId == ada.Id)
                    {
                        _ = ada.Edit(ProfileFixture.Kim, draft).ToDraft().ToJson();
                    }
                },
                iter: 2_000 * Repeat.Times
            );
    }

    /// <summary>The first request: shows the profile, and sends the draft with the form.</summary>
    private static async Task<string> GetAsync(ProfileFixture host, CustomerProfile profile) =>
        (await host.ReadAsync(profile)).Edit(ProfileFixture.Kim).ToDraft().ToJson();

    /// <summary>The second request: reads the profile anew, and posts the whole form.</summary>
    private static async Task<SaveOutcome> PostAsync(
        ProfileFixture host,
        CustomerProfile profile,
        string form,
        Action<ProfileEdit> post
    )
    {
        var edit = Continued(await host.ReadAsync(profile), form);
        post(edit);
        return await host.Profiles.SaveAsync(edit);
    }

    private static ProfileEdit Continued(CustomerProfile profile, string form) =>
        profile.Edit(ProfileFixture.Kim, ProfileDraft.Parse(form));

    private static void Post(ProfileEdit edit, string company, string jobTitle)
    {
        edit.Name = "Ada Lovelace";
        edit.Company = company;
        edit.JobTitle = jobTitle;
        edit.Emails.ReplaceWith([new ProfileEmail(EmailAddress.Parse("ada@example.com"))]);
    }

    private static string WithVersion(string json, long version) =>
        System.Text.RegularExpressions.Regex.Replace(json, "\"version\":\\d+", $"\"version\":{version}");
}
