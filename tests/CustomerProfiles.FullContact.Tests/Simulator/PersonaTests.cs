using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using FullContact.Simulator;

namespace CustomerProfiles.FullContact.Tests.Simulator;

public sealed class PersonaTests : SimulatorFixture
{
    private static JsonObject Full => JsonNode.Parse(Persona.Full.Body)!.AsObject();

    public static TheoryData<string> Addresses => [.. Persona.All.Select(persona => persona.Address)];

    [Theory]
    [MemberData(nameof(Addresses))]
    public async Task A_persona_is_the_response_for_its_address(string address)
    {
        var reply = await Client.EnrichEmailAsync(address);

        reply.Status.Should().Be(200);
        reply.Body.Should().Be(Persona.All.Single(persona => persona.Address == address).Body);
    }

    [Fact]
    public void There_is_one_of_each_kind() =>
        Persona.All.Select(persona => persona.Address).Should().HaveCount(10).And.OnlyHaveUniqueItems();

    [Fact]
    public void The_full_body_has_every_section()
    {
        Full.Select(part => part.Key)
            .Should()
            .BeEquivalentTo(
                "fullName",
                "ageRange",
                "gender",
                "location",
                "title",
                "organization",
                "bio",
                "website",
                "twitter",
                "linkedin",
                "facebook",
                "avatar",
                "email",
                "phone",
                "details",
                "extended",
                "dataAddons",
                "verifiedPhysical",
                "emailHash",
                "isSandboxProfile",
                "updated"
            );
        Full["details"]!
            .AsObject()
            .Select(part => part.Key)
            .Should()
            .BeEquivalentTo(
                "name",
                "age",
                "gender",
                "location",
                "locations",
                "emails",
                "phones",
                "identifiers",
                "profiles",
                "photos",
                "urls",
                "topics",
                "interests",
                "employment",
                "education",
                "demographics",
                "household",
                "finance",
                "census",
                "automotive",
                "survey",
                "buyer"
            );
        Full["details"]!["household"]!
            .AsObject()
            .Select(part => part.Key)
            .Should()
            .BeEquivalentTo("familyInfo", "homeInfo", "locationInfo", "presence", "finance");
    }

    [Fact]
    public void A_body_is_as_compact_as_the_apis_with_its_letters_as_they_are()
    {
        Persona.Thin.Body.Should().Be("""{"fullName":"Theo Lund"}""");
        Persona.Drifted.Body.Should().Contain("\"location\":\"Pécs, Hungary\"");
    }

    [Fact]
    public void The_full_body_contradicts_itself_where_the_real_ones_do()
    {
        ((string?)Full["ageRange"]).Should().Be("37-47");
        ((string?)Full["details"]!["age"]!["range"]).Should().Be("35-44");
        Full["details"]!["census"]!["year2010"]!["average"]!["numberOfCarsInHousehold"]!
            .ToJsonString()
            .Should()
            .Be("2.3000000000000003");
        ((string?)Full["details"]!["automotive"]!["ownership"]!["totalCars"]).Should().Be("2");
    }

    [Fact]
    public void The_odd_bodies_are_odd()
    {
        static JsonNode? Details(Persona persona, string part) => JsonNode.Parse(persona.Body)!["details"]![part];

        Persona.Thin.Body.Should().Contain("fullName").And.NotContain("details");
        Persona.Empty.Body.Should().Be("{}");
        JsonNode
            .Parse(Persona.NullDetails.Body)!
            .AsObject()
            .Should()
            .Contain(part => part.Key == "details" && part.Value == null);
        JsonNode.Parse(Persona.EmptyDetails.Body)!["details"]!.AsObject().Should().BeEmpty();
        Details(Persona.ProfilesAsList, "profiles").Should().BeOfType<JsonArray>();
        Details(Persona.NullProfiles, "profiles").Should().BeNull();
        Details(Persona.PartialDates, "employment")!
            .AsArray()
            .Select(job => job!["start"]?.ToJsonString())
            .Should()
            .Equal("""{"year":2012}""", """{"year":2004,"month":11}""", """{"month":6}""", null, null);
        Details(Persona.Drifted, "profiles")!.AsObject().Should().ContainKey("linkedinCompany");
        Details(Persona.Drifted, "emails")!
            .AsArray()
            .Select(email => (string?)email!["label"])
            .Should()
            .Equal("Other", "other", "Work");
        JsonNode
            .Parse(Persona.Drifted.Body)!
            .AsObject()
            .Should()
            .ContainKey("dataAddOns")
            .And.NotContainKey("dataAddons");
        Persona.Drifted.Body.Should().Contain("http://").And.NotContain("https://");
        Details(Persona.UnknownNetworks, "profiles")!.AsObject().Should().HaveCount(8);
    }

    [Fact]
    public async Task A_lookup_by_hash_shows_nobody_in_the_clear()
    {
        var reply = await Client.EnrichEmailAsync(
            Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(Persona.Full.Address)))
        );

        AssertOpaque(reply);
        reply.Json["details"]!["emails"]!
            .AsArray()
            .Should()
            .HaveCount(3)
            .And.OnlyContain(email => email!["value"] == null && email["md5"] != null);
    }

    [Fact]
    public async Task A_lookup_by_advertising_id_shows_nobody_in_the_clear() =>
        AssertOpaque(await Client.EnrichAsync("""{"maids":["00000000-0000-4000-8000-00000000A1D1"]}"""));

    [Theory]
    [InlineData("""{"personId":"invented-person-id-1"}""")]
    [InlineData("""{"emails":["pilot@example.com"]}""")]
    [InlineData("""{"maids":["00000000-0000-4000-8000-00000000a1d1"],"phones":["+12025550143"]}""")]
    public async Task A_lookup_by_anything_else_shows_all(string request) =>
        (await Client.EnrichAsync(request)).Body.Should().Be(Persona.Full.Body);

    [Fact]
    public async Task A_script_for_the_address_also_serves_a_lookup_by_phone_unless_the_phone_has_one()
    {
        Simulator.Script(Persona.Full.Address, SimulatedResponse.Gone);
        (await Client.EnrichAsync("""{"phone":"+12025550143"}""")).Status.Should().Be(410);

        Simulator.Script("+12025550143", SimulatedResponse.LegallyWithheld);
        (await Client.EnrichAsync("""{"phone":"+12025550143"}""")).Status.Should().Be(451);
        (await Client.EnrichEmailAsync(Persona.Full.Address)).Status.Should().Be(410);
    }

    [Fact]
    public async Task A_profile_can_be_scripted_by_its_url()
    {
        Simulator.Script("https://social.example.com/twitter/nobody", SimulatedResponse.Gone);

        (await Client.EnrichAsync("""{"profiles":[{"url":"http://www.social.example.com/twitter/nobody/"}]}"""))
            .Status.Should()
            .Be(410);
        Simulator.CallsFor("https://social.example.com/twitter/nobody").Should().Be(1);
    }

    [Theory]
    [InlineData("demographic_insights", "household")]
    [InlineData("employment_history", "employment")]
    [InlineData("retail_insights", "buyer")]
    [InlineData("automotive_insights", "automotive")]
    public async Task A_bundle_brings_its_part_of_the_full_body_and_keeps_the_rest_back(string bundle, string part)
    {
        var reply = await Client.EnrichAsync(
            new JsonObject { ["email"] = Persona.Full.Address, ["dataFilter"] = new JsonArray(bundle) }
        );

        reply.Json["details"]!.AsObject().Should().ContainKey(part).And.NotContainKeys("name", "profiles", "survey");
    }

    private static void AssertOpaque(Reply reply)
    {
        reply.Status.Should().Be(200);
        reply
            .Json.Should()
            .NotContainKeys("fullName", "email", "phone", "twitter", "linkedin", "facebook")
            .And.ContainKey("title");
        reply.Json["details"]!
            .AsObject()
            .Should()
            .NotContainKeys("name", "phones", "profiles")
            .And.ContainKey("employment");
        reply
            .Body.Should()
            .NotContain("Fulton")
            .And.NotContain("@example")
            .And.NotContain("+1202")
            .And.NotContain("social.example.com");
    }
}
