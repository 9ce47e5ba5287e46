namespace CustomerProfiles.Tests.Editing;

public sealed class EditLimitsTests
{
    public static TheoryData<string, int, Action<ProfileEdit, string>> HelpScoutLimits =>
        new()
        {
            { "given name", 40, (edit, text) => edit.Name = new PersonName("A", text) },
            { "family name", 40, (edit, text) => edit.Name = new PersonName("A", "A", text) },
            { "full name", 81, (edit, text) => edit.Name = text },
            { "company", 60, (edit, text) => edit.Company = text },
            { "job title", 60, (edit, text) => edit.JobTitle = text },
            { "background", 200, (edit, text) => edit.Notes = text },
            { "property", 255, (edit, text) => edit.Set(ProfileField.Custom("plan"), text) },
            { "photo", 200, (edit, text) => edit.Photo = new Photo(new Uri("https://example.com/" + text[20..])) },
        };

    [Theory]
    [MemberData(nameof(HelpScoutLimits))]
    public async Task Help_Scouts_limits_are_a_preset(string limit, int most, Action<ProfileEdit, string> type)
    {
        await using var host = new ProfileFixture(options =>
        {
            options.Limits = EditLimits.HelpScout;
            options.AgentsEditPhoto = true;
        });
        var ada = await host.CreateAsync();

        await host.EditAsync(ada, edit => type(edit, new string('x', most)));
        var error = (await host.RejectedAsync(ada, edit => type(edit, new string('x', most + 1))))
            .Errors.Should()
            .ContainSingle(limit)
            .Subject;

        error.Code.Should().Be(FieldErrorCode.TooLong);
        error.Limit.Should().Be(most);
    }

    [Fact]
    public async Task A_list_has_a_limit_that_counts_what_would_be_there_after_saving()
    {
        await using var host = new ProfileFixture(
            options => options.Limits = new EditLimits { Entries = 2, CustomProperties = 1 },
            _ => { }
        );
        var ada = await host.CreateAsync("ada@example.com");
        await host.EditAsync(ada, edit => edit.Emails.Add(Email("ada@example.org")));

        var error = (await host.RejectedAsync(ada, edit => edit.Emails.Add(Email("ada@example.net")))).Errors.Single();
        error.Code.Should().Be(FieldErrorCode.TooMany);
        error.Limit.Should().Be(2);
        (
            await host.EditAsync(
                ada,
                edit =>
                {
                    edit.Emails.Add(Email("ada@example.net"));
                    edit.Emails.Remove(Email("ada@example.com"));
                }
            )
        ).Emails.Should().HaveCount(2);
        await host.EditAsync(ada, edit => edit.Set(ProfileField.Custom("a"), "1"));
        (await host.RejectedAsync(ada, edit => edit.Set(ProfileField.Custom("b"), "2")))
            .Errors.Single()
            .Code.Should()
            .Be(FieldErrorCode.TooMany);
        await host.EditAsync(ada, edit => edit.Set(ProfileField.Custom("a"), "3"));
    }

    private static ProfileEmail Email(string address) => new(EmailAddress.Parse(address));
}
