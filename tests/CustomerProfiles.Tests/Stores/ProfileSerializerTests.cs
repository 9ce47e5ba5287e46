using System.Buffers;
using System.Text;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Tests.Stores;

public sealed class ProfileSerializerTests
{
    private static readonly CustomerId Id = CustomerId.Parse("01911111-1111-7111-8111-111111111111");

    [Fact]
    public async Task A_profile_is_read_back_as_it_was()
    {
        await using var host = new ProfileFixture(options => options.AgentsEditPhoto = true);
        var ada = await host.EditAsync(
            await host.CreateAsync(),
            edit =>
            {
                edit.Name = new PersonName("A. Lovelace", "Ada", "Lovelace");
                edit.Emails.Add(new ProfileEmail(EmailAddress.Parse("Ada@Example.org"), "home"));
                edit.Phones.Add(new PhoneNumber("+1 555 0100", "work"));
                edit.Websites.Add(new Uri("https://www.example.com"));
                edit.Address = new PostalAddress("1 Street\nHouse", "London", null, "E1", "GB");
                edit.Photo = "https://example.com/ada.png#face";
                edit.Notes = "One\n\"two\" <é\U0001F600>";
                edit.Custom["plan"] = "Gold";
                edit.Clear(ProfileField.Company);
            }
        );

        var document = ProfileSerializer.Serialize(ada);
        var buffer = new ArrayBufferWriter<byte>();
        ProfileSerializer.Serialize(ada, buffer);

        Encoding.UTF8.GetString(buffer.WrittenSpan).Should().Be(document);
        foreach (
            var read in new[]
            {
                ProfileSerializer.Deserialize(document, ada.Tenant, ada.Id, ada.Version, ada.CreatedAt, ada.UpdatedAt),
                ProfileSerializer.Deserialize(
                    buffer.WrittenSpan,
                    ada.Tenant,
                    ada.Id,
                    ada.Version,
                    ada.CreatedAt,
                    ada.UpdatedAt
                ),
            }
        )
        {
            read.Identities.Should().Equal(ada.Identities);
            read.Values.Should().Equal(ada.Values);
            read.Emails.Select(email => email.Address.Value)
                .Should()
                .Equal(ada.Emails.Select(email => email.Address.Value));
            (read.Tenant, read.Id, read.Version, read.CreatedAt, read.UpdatedAt)
                .Should()
                .Be((ada.Tenant, ada.Id, ada.Version, ada.CreatedAt, ada.UpdatedAt));
            ProfileSerializer.Serialize(read).Should().Be(document);
        }
    }

    [Fact]
    public void The_document_keeps_its_form_for_ever()
    {
        const string Document = """
            {"identities":[["email","ada@example.com"],["chat","irc:ada"]],"values":[{"field":"name","value":{"full":"Ada"},"source":"agent","by":"kim","at":"2026-01-31T12:00:00Z"},{"field":"phones","key":"123","source":"import","by":"crm","at":"2026-01-31T12:00:00.000001Z"},{"field":"bio","value":"Writes"},{"field":"custom:plan","value":"Gold","source":"provider","by":"directory","at":"2026-01-31T12:00:00Z"}]}
            """;

        var read = Read(Document);

        read.Identities.Should().HaveCount(2);
        read.Name.Should().Be(new PersonName("Ada"));
        read.Find(ProfileField.Phones, "123")!.IsCleared.Should().BeTrue();
        read.Find(ProfileField.Bio)!.Provenance.Should().BeSameAs(read.Values[1].Provenance);
        read.CustomProperties["plan"].Should().Be("Gold");
        ProfileSerializer.Serialize(read).Should().Be(Document);
    }

    [Theory]
    [InlineData("""{"format":2,"identities":[],"values":[]}""", "*format 2*newer version*")]
    [InlineData("""{"identities":[],"values":[],"merged":[]}""", "*merged*newer version*")]
    [InlineData("""{"identities":[["fax","1"]],"values":[]}""", "*fax*newer version*")]
    [InlineData(
        """{"identities":[],"values":[{"field":"mood","source":"agent","by":"kim","at":"2026-01-31T12:00:00Z"}]}""",
        "*mood*newer version*"
    )]
    [InlineData(
        """{"identities":[],"values":[{"field":"bio","source":"oracle","by":"kim","at":"2026-01-31T12:00:00Z"}]}""",
        "*oracle*newer version*"
    )]
    [InlineData(
        """{"identities":[],"values":[{"field":"bio","since":"x","source":"agent","by":"kim","at":"2026-01-31T12:00:00Z"}]}""",
        "*since*newer version*"
    )]
    [InlineData(
        """{"identities":[],"values":[{"field":"name","value":{"full":"Ada","prefix":"Dr"},"source":"agent","by":"kim","at":"2026-01-31T12:00:00Z"}]}""",
        "*\"prefix\" of the field name *newer version*"
    )]
    [InlineData(
        """{"identities":[],"values":[{"value":{"number":"1234","full":"x"},"field":"phones","source":"agent","by":"kim","at":"2026-01-31T12:00:00Z"}]}""",
        "*\"full\" of the field phones *newer version*"
    )]
    [InlineData(
        """{"identities":[],"values":[{"field":"address","value":{"street":"1","city":"2","region":"3","postal-code":"4","country":"5","door":"6"},"source":"agent","by":"kim","at":"2026-01-31T12:00:00Z"}]}""",
        "*door*newer version*"
    )]
    public void A_document_of_a_newer_version_is_refused_by_the_name_of_what_is_new(string document, string message) =>
        ((Action)(() => Read(document)))
            .Should()
            .Throw<FormatException>()
            .WithMessage(message)
            .Which.Message.Should()
            .NotContainAny("Ada", "Dr", "1234");

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("5")]
    [InlineData("null")]
    [InlineData("""{"identities":[["email","ada@example.com"]]}""")]
    [InlineData("""{"values":[]}""")]
    [InlineData("""{"values":[],"identities":[["email","ada@example.com","x"],["chat","irc:ada"]]}""")]
    [InlineData("""{"identities":null,"values":[]}""")]
    [InlineData("""{"identities":[["email","ada@example.com"]],"values":{}}""")]
    [InlineData("""{"identities":[["email"]],"values":[]}""")]
    [InlineData("""{"identities":[["email","ada@example.com"]],"values":[{"field":"bio","value":1}]}""")]
    [InlineData("""{"identities":[["email","ada@example.com"]],"values":[{"field":"bio","value":"Writes"}]}""")]
    [InlineData(
        """{"identities":[["email","ada@example.com"]],"values":[{"field":"bio","source":"agent","by":"kim"}]}"""
    )]
    public void A_damaged_document_is_refused_without_repeating_it(string document) =>
        ((Action)(() => Read(document)))
            .Should()
            .Throw<FormatException>()
            .Which.ToString()
            .Should()
            .NotContain("ada@example.com");

    [Fact]
    public void The_first_format_may_be_named() =>
        Read("""{"format":1,"identities":[],"values":[]}""").Values.Should().BeEmpty();

    [Fact]
    public void An_empty_profile_is_read_back()
    {
        var document = ProfileSerializer.Serialize(Read("""{"values":[],"identities":[]}"""));

        document.Should().Be("""{"identities":[],"values":[]}""");
        ProfileSerializer.Serialize(Read(document)).Should().Be(document);
    }

    private static CustomerProfile Read(string document) =>
        ProfileSerializer.Deserialize(document, TenantId.Default, Id, 1, Instant.MinValue, Instant.MinValue);
}
