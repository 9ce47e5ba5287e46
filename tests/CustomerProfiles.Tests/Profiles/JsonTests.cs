using System.Text.Json;
using System.Text.Json.Serialization;

namespace CustomerProfiles.Tests.Profiles;

/// <summary>Ids, addresses, identities and fields are JSON strings; outcomes can be returned by an endpoint.</summary>
public sealed partial class JsonTests
{
    private static readonly CustomerId Id = CustomerId.Parse("01911111-1111-7111-8111-111111111111");

    public static TheoryData<object, string> Texts =>
        new()
        {
            { Id, "01911111-1111-7111-8111-111111111111" },
            { new TenantId("north"), "north" },
            { TenantId.Default, "default" },
            { EmailAddress.Parse("Ada+shop@Example.com"), "Ada+shop@Example.com" },
            { Identity.Email(EmailAddress.Parse("Ada@example.com")), "email:ada@example.com" },
            { Identity.Phone("+44 20 7946 0000 ext. 12"), "phone:+442079460000;ext=12" },
            { Identity.Chat("irc", "Ada:1"), "chat:irc:Ada:1" },
            { Identity.External("4711:a"), "external:4711:a" },
            { (ProfileField)ProfileField.JobTitle, "job-title" },
            { (ProfileField)ProfileField.Custom("plan"), "custom:plan" },
            { ProfileField.CustomProperties, "custom-properties" },
        };

    [Theory]
    [MemberData(nameof(Texts))]
    public void A_value_is_one_string_and_is_read_back(object value, string text)
    {
        var type = value is ProfileField ? typeof(ProfileField) : value.GetType();

        var json = JsonSerializer.Serialize(value, type);

        JsonSerializer.Deserialize<string>(json).Should().Be(text);
        JsonSerializer.Deserialize(json, type).Should().Be(value);
    }

    [Theory]
    [InlineData(typeof(CustomerId), "\"garbage\"")]
    [InlineData(typeof(CustomerId), "\"00000000-0000-0000-0000-000000000000\"")]
    [InlineData(typeof(CustomerId), "1")]
    [InlineData(typeof(CustomerId), "null")]
    [InlineData(typeof(TenantId), "\"\"")]
    [InlineData(typeof(EmailAddress), "\"ada\"")]
    [InlineData(typeof(Identity), "\"ada@example.com\"")]
    [InlineData(typeof(Identity), "\"email:ada\"")]
    [InlineData(typeof(Identity), "\"phone:Shop365\"")]
    [InlineData(typeof(Identity), "\"chat:irc\"")]
    [InlineData(typeof(Identity), "\"chat::ada\"")]
    [InlineData(typeof(Identity), "\"external: \"")]
    [InlineData(typeof(Identity), "\":x\"")]
    [InlineData(typeof(ProfileField), "\"none\"")]
    [InlineData(typeof(ProfileField), "\"custom:\"")]
    [InlineData(typeof(ProfileDraft), "\"{}\"")]
    public void Garbage_is_a_JsonException_that_does_not_repeat_it(Type type, string json) =>
        ((Action)(() => JsonSerializer.Deserialize(json, type)))
            .Should()
            .Throw<JsonException>()
            .Which.Message.Should()
            .NotContain("ada");

    [Fact]
    public void Ids_and_fields_are_keys_of_dictionaries()
    {
        var byCustomer = new Dictionary<CustomerId, int> { [Id] = 1 };
        var byField = new Dictionary<ProfileField, int> { [ProfileField.Bio] = 2 };

        JsonSerializer
            .Deserialize<Dictionary<CustomerId, int>>(JsonSerializer.Serialize(byCustomer))
            .Should()
            .Equal(byCustomer);
        JsonSerializer.Serialize(byField).Should().Be("""{"bio":2}""");
    }

    [Fact]
    public void A_source_generated_context_uses_the_same_text()
    {
        var form = new Form(Id, EmailAddress.Parse("ada@example.com"), ProfileField.Bio);

        var json = JsonSerializer.Serialize(form, FormContext.Default.Form);

        json.Should().Be("""{"Id":"01911111-1111-7111-8111-111111111111","Email":"ada@example.com","Field":"bio"}""");
        JsonSerializer.Deserialize(json, FormContext.Default.Form).Should().Be(form);
    }

    [Fact]
    public void An_id_is_parsed_as_the_framework_parses()
    {
        CustomerId.Parse(Id.ToString()).Should().Be(Id);
        Parse<CustomerId>($"x{Id}x".AsSpan(1, 36)).Should().Be(Id);
        ((Action)(() => CustomerId.Parse("garbage"))).Should().Throw<FormatException>();
        ((Action)(() => CustomerId.Parse(null!))).Should().Throw<ArgumentNullException>();
        ((Action)(() => CustomerId.Parse(Guid.Empty.ToString()))).Should().Throw<FormatException>();
        CustomerId.New().Should().NotBe(CustomerId.New());
        CustomerId.New().Value.Version.Should().Be(7);

        static T Parse<T>(ReadOnlySpan<char> text)
            where T : ISpanParsable<T> => T.TryParse(text, null, out var value) ? value : throw new FormatException();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_outcome_can_be_returned_by_an_endpoint(bool asItsOwnType)
    {
        await using var host = new ProfileFixture(null, builder => builder.AddProvider(new ProfileFixture.Directory()));
        var created = await host.ReceiveAsync("Ada Lovelace <ada@example.com>");
        var ada = created.Profile!;
        await host.CreateAsync("bob@example.com");
        var edit = ada.Edit(ProfileFixture.Kim);
        edit.Company = "Kim's";
        var saved = await host.Profiles.SaveAsync(edit);
        var conflicting = ada.Edit(ProfileFixture.Lee);
        conflicting.Company = "Lee's";
        var bad = ada.Edit(ProfileFixture.Kim);
        bad.Phones.Add(new PhoneNumber("12"));
        bad.Bio = "x";
        var taken = ada.Edit(ProfileFixture.Kim);
        taken.Emails.Add(new ProfileEmail(EmailAddress.Parse("bob@example.com")));
        var outcomes = new (object Outcome, string Expected)[]
        {
            (created, "\"reason\":\"FirstCheck\""),
            (new SaveOutcome.Busy(), "\"code\":\"busy\""),
            (await host.ReceiveAsync("ada@example.com"), "\"code\":\"existing\""),
            (await host.ReceiveAsync("nobody"), "\"reason\":\"NoAddress\""),
            (saved, "\"id\":\"" + ada.Id),
            (await host.Profiles.SaveAsync(conflicting), "\"field\":\"company\""),
            (await host.Profiles.SaveAsync(bad), "\"code\":\"OwnedByProvider\""),
            (await host.Profiles.SaveAsync(taken), "\"identity\":\"email:bob@example.com\""),
            (await host.Profiles.ClearPhotoAsync(default, ProfileFixture.Kim), "\"code\":\"not-found\""),
            ((await host.Profiles.GetSidebarAsync(ada.Id))!, "\"label\":\"Job title\""),
            (await host.Profiles.ListAsync(new ProfileQuery()), "\"displayName\":\"Ada Lovelace\""),
            (await host.Profiles.GetProvidersAsync(), "\"provider\":\"directory\""),
        };

        foreach (var (outcome, expected) in outcomes)
        {
            var declared = outcome switch
            {
                SaveOutcome => typeof(SaveOutcome),
                ConversationOutcome => typeof(ConversationOutcome),
                _ => outcome.GetType(),
            };
            JsonSerializer
                .Serialize(outcome, asItsOwnType ? outcome.GetType() : declared, JsonSerializerOptions.Web)
                .Should()
                .Contain(expected);
        }
    }

    internal sealed record Form(CustomerId Id, EmailAddress Email, ProfileField Field);

    [JsonSerializable(typeof(Form))]
    internal sealed partial class FormContext : JsonSerializerContext;
}
