using System.Net;
using CustomerProfiles.AspNetCore.Tests.Support;
using Microsoft.AspNetCore.Builder;

namespace CustomerProfiles.AspNetCore.Tests;

/// <summary>Creating customers over HTTP.</summary>
public sealed class CreateTests
{
    private const string Grace = """{"emails":[{"address":"grace@example.org"}]}""";

    [Fact]
    public async Task A_customer_is_created_with_everything_that_the_body_says()
    {
        await using var host = await WebHost.StartAsync();

        var reply = await host.PostAsync(
            "/customers",
            """
            {
              "name": { "full": "Grace Hopper", "given": "Grace", "family": "Hopper" },
              "company": "Compilers", "jobTitle": "Admiral", "notes": "Calls\nback",
              "address": { "street": "1 Main St", "city": "London", "region": "LDN", "postalCode": "N1", "country": "GB" },
              "emails": [{ "address": "grace@example.org", "label": "work" }],
              "phones": [{ "number": "+44 20 7946 0000", "label": "desk" }],
              "websites": ["https://grace.example.org/"],
              "custom": { "plan": "gold", "blank": "", "unset": null },
              "identities": ["external:4711", "chat:irc:grace", "phone:+44 20 7946 0001", "email:hopper@example.net"]
            }
            """
        );

        reply.Status.Should().Be(HttpStatusCode.Created);
        ((string)reply.Json["displayName"]!).Should().Be("Grace Hopper");
        var profile = await host.ProfileOfAsync(CustomerId.Parse((string)reply.Json["id"]!));
        profile.Version.Should().Be(1);
        profile.Name.Should().Be(new PersonName("Grace Hopper", "Grace", "Hopper"));
        (profile.Company, profile.JobTitle, profile.Notes).Should().Be(("Compilers", "Admiral", "Calls\nback"));
        profile.Address.Should().Be(new PostalAddress("1 Main St", "London", "LDN", "N1", "GB"));
        profile
            .Emails.Select(email => (email.Text, email.Label))
            .Should()
            .Equal(("grace@example.org", "work"), ("hopper@example.net", null));
        profile
            .Phones.Select(phone => (phone.Number, phone.Label))
            .Should()
            .Equal(("+44 20 7946 0000", "desk"), ("+442079460001", null));
        profile.Websites.Should().Equal(new Uri("https://grace.example.org/"));
        profile.CustomProperties.Should().Equal(new Dictionary<string, string> { ["plan"] = "gold" });
        profile
            .Identities.Should()
            .BeEquivalentTo([
                Identity.Email(EmailAddress.Parse("grace@example.org")),
                Identity.Email(EmailAddress.Parse("hopper@example.net")),
                Identity.Phone("+442079460001"),
                Identity.Chat("irc", "grace"),
                Identity.External("4711"),
            ]);
        profile.Values.Should().OnlyContain(value => value.Provenance.By == "kim");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"name":{},"address":{},"emails":[],"phones":[],"websites":[],"custom":{},"identities":[]}""")]
    [InlineData("""{"id":null,"name":null,"company":null,"notes":" ","emails":null,"custom":null,"identities":null}""")]
    public async Task What_is_blank_or_null_is_left_unset(string body)
    {
        await using var host = await WebHost.StartAsync();

        var reply = await host.PostAsync("/customers", body);

        reply.Status.Should().Be(HttpStatusCode.Created);
        (await host.ProfileOfAsync(CustomerId.Parse((string)reply.Json["id"]!))).Values.Should().BeEmpty();
    }

    [Theory]
    [InlineData("/profiles", "/customers")]
    [InlineData("/profiles", "/customers/")]
    [InlineData("/a customer's profiles", "/customers")]
    public async Task The_location_is_the_sidebar_of_the_new_customer(string prefix, string path)
    {
        await using var host = await WebHost.StartAsync(
            pipeline: application =>
            {
                application.UsePathBase("/desk");
                application.UseRouting();
                application.UseAuthentication();
                application.UseAuthorization();
            },
            map: endpoints => endpoints.MapCustomerProfiles(prefix)
        );

        var created = await host.PostAsync($"/../desk{prefix}{path}", Grace, WebHost.Kim, ("Host", "evil.example"));

        created.Status.Should().Be(HttpStatusCode.Created);
        var location = created.Headers["Location"];
        location.Should().Be($"/desk{prefix.Replace(" ", "%20")}/customers/{created.Json["id"]}/sidebar");
        var read = await host.GetAsync($"/..{location}");
        read.Status.Should().Be(HttpStatusCode.OK);
        read.Text.Should().Be(created.Text);
    }

    [Fact]
    public async Task A_request_with_its_own_id_that_is_sent_again_creates_one_customer()
    {
        await using var host = await WebHost.StartAsync();
        var id = CustomerId.New();
        var body = $$"""{"id":"{{id}}","name":{"full":"Grace"},"emails":[{"address":"grace@example.org"}]}""";

        var first = await host.PostAsync("/customers", body);
        var second = await host.PostAsync("/customers", body);

        first.Status.Should().Be(HttpStatusCode.Created);
        ((string)first.Json["id"]!).Should().Be($"{id}");
        second.Status.Should().Be(HttpStatusCode.Conflict);
        second.Code.Should().Be("customer-exists");
        ((string)second.Json["customerId"]!).Should().Be($"{id}");
        (await host.ProfileOfAsync(id)).Version.Should().Be(1);
        (await host.Profiles.ListAsync(new ProfileQuery())).Profiles.Should().ContainSingle();
    }

    [Fact]
    public async Task An_identity_that_a_customer_has_is_a_conflict_that_names_them()
    {
        await using var host = await WebHost.StartAsync();
        var ada = await host.ReceiveAsync();

        foreach (
            var body in new[] { "\"emails\":[{\"address\":\"ADA@example.com\"}]", Identities("email:ada@example.com") }
        )
        {
            var reply = await host.PostAsync("/customers", $$"""{"company":"Engines",{{body}}}""");

            reply.Status.Should().Be(HttpStatusCode.Conflict);
            reply.Code.Should().Be("customer-exists");
            ((string)reply.Json["customerId"]!).Should().Be($"{ada}");
        }

        (await host.ProfileOfAsync(ada)).Company.Should().BeNull();
        (await host.Profiles.ListAsync(new ProfileQuery())).Profiles.Should().ContainSingle();
    }

    [Fact]
    public async Task Of_several_at_once_with_one_address_one_creates_and_the_others_are_told_whom()
    {
        await using var host = await WebHost.StartAsync();

        var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => host.PostAsync("/customers", Grace)));

        var created = replies.Single(reply => reply.Status == HttpStatusCode.Created);
        replies
            .Where(reply => reply != created)
            .Should()
            .OnlyContain(reply =>
                reply.Code == "customer-exists" && (string)reply.Json["customerId"]! == (string)created.Json["id"]!
            );
    }

    [Fact]
    public async Task Everything_that_cannot_be_saved_is_reported_at_its_place_and_nothing_is_created()
    {
        await using var host = await WebHost.StartAsync();

        var reply = await host.PostAsync(
            "/customers",
            $$"""
            {
              "name": { "full": "Grace", "given": "Gr\u0007ace" },
              "company": "{{new string('x', EditLimits.Default.Company + 1)}}",
              "emails": [{ "address": "grace@example.org" }, { "address": "no address" }],
              "phones": [{ "number": "+44 20 7946 0000", "label": "{{new string(
                'x',
                EditLimits.Default.Label + 1
            )}}" }],
              "websites": ["https://grace.example.org/", "ftp://grace.example.org/", "::"],
              "custom": { "{{new string('k', ProfileField.MaxCustomKeyLength + 1)}}": "gold" }
            }
            """
        );

        reply.Status.Should().Be(HttpStatusCode.UnprocessableEntity);
        reply.Code.Should().Be("rejected");
        reply.Json["errors"]!
            .AsArray()
            .Select(error =>
                (
                    (string)error!["field"]!,
                    (int?)error["index"],
                    (string?)error["part"],
                    (string)error["code"]!,
                    (int?)error["limit"]
                )
            )
            .Should()
            .BeEquivalentTo<(string, int?, string?, string, int?)>([
                ("name", null, "given", "UnfitCharacters", null),
                ("company", null, null, "TooLong", EditLimits.Default.Company),
                ("emails", 1, null, "Malformed", null),
                ("phones", 0, "label", "TooLong", EditLimits.Default.Label),
                ("websites", 1, null, "Malformed", null),
                ("websites", 2, null, "Malformed", null),
                ("custom-properties", null, "key", "TooLong", ProfileField.MaxCustomKeyLength),
            ]);
        Key(reply, "phones").Should().Be("+442079460000");
        Key(reply, "emails").Should().Be("no address");
        Key(reply, "company").Should().BeNull();
        (await host.Profiles.ListAsync(new ProfileQuery())).Profiles.Should().BeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"name":"Grace"}""")]
    [InlineData("""{"company":1}""")]
    [InlineData("""{"emails":["grace@example.org"]}""")]
    [InlineData("""{"emails":[{"label":"work"}]}""")]
    [InlineData("""{"phones":[{"number":null}]}""")]
    [InlineData("""{"notes":"a","notes":"b"}""")]
    [InlineData("""{"custom":{"plan":"gold","plan":"iron"}}""")]
    [InlineData("""{"job-title":"Admiral"}""")]
    [InlineData("""{"name":{"first":"Grace"}}""")]
    [InlineData("""{"bio":"Admiral"}""")]
    public async Task A_body_that_is_not_of_the_shape_is_refused(string body)
    {
        await using var host = await WebHost.StartAsync();

        var reply = await host.PostAsync("/customers", body);

        reply.Status.Should().Be(HttpStatusCode.BadRequest);
        reply.Code.Should().Be("invalid-body");
        (await host.Profiles.ListAsync(new ProfileQuery())).Profiles.Should().BeEmpty();
    }

    [Theory]
    [InlineData("""{"id":""}""")]
    [InlineData("""{"id":"4711"}""")]
    [InlineData("""{"id":"00000000-0000-0000-0000-000000000000"}""")]
    [InlineData("""{"emails":[null]}""")]
    [InlineData("""{"phones":[null]}""")]
    [InlineData("""{"websites":[null]}""")]
    [InlineData("""{"identities":[null]}""")]
    [InlineData("""{"identities":["grace"]}""")]
    [InlineData("""{"identities":["fax:+442079460000"]}""")]
    [InlineData("""{"identities":["email:grace"]}""")]
    [InlineData("""{"identities":["phone:020 7946 0000"]}""")]
    [InlineData("""{"identities":["chat:irc"]}""")]
    [InlineData("""{"identities":["external: "]}""")]
    [InlineData("""{"identities":["EMAIL:grace@example.org"]}""")]
    public async Task An_id_or_an_identity_that_is_none_is_refused_and_not_repeated(string body)
    {
        await using var host = await WebHost.StartAsync();

        var reply = await host.PostAsync("/customers", body);

        reply.Status.Should().Be(HttpStatusCode.BadRequest);
        reply.Code.Should().Be("invalid-customer");
        reply.Text.Should().NotContain("grace").And.NotContain("7946").And.NotContain("4711");
        (await host.Profiles.ListAsync(new ProfileQuery())).Profiles.Should().BeEmpty();
    }

    [Theory]
    [InlineData(500, HttpStatusCode.Created)]
    [InlineData(501, HttpStatusCode.BadRequest)]
    public async Task A_request_has_at_most_500_entries(int count, HttpStatusCode status)
    {
        await using var host = await WebHost.StartAsync();
        var texts = Enumerable.Range(0, count).Select(number => $"external:{number}").ToArray();

        var reply = await host.PostAsync("/customers", $$"""{{{Identities(texts)}}}""");

        reply.Status.Should().Be(status);
    }

    private static string Identities(params string[] texts) =>
        $"\"identities\":[{string.Join(',', texts.Select(text => $"\"{text}\""))}]";

    private static string? Key(Reply reply, string field) =>
        (string?)reply.Json["errors"]!.AsArray().Single(error => (string)error!["field"]! == field)!["key"];
}
