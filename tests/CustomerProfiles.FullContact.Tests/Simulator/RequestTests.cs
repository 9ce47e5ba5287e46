using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using FullContact.Simulator;

namespace CustomerProfiles.FullContact.Tests.Simulator;

public sealed class RequestTests : SimulatorFixture
{
    private const string Maria = "maria.quill@example.org";

    public enum Hash
    {
        Md5,
        Sha1,
        Sha256,
    }

    [Theory]
    [InlineData(" Maria.QUILL@Example.org ")]
    [InlineData("maria.quill@example.org")]
    public async Task An_address_is_known_in_any_case_and_with_space_around_it(string address)
    {
        (await Client.EnrichEmailAsync(address)).Text("fullName").Should().Be("Maria Quill");

        Simulator.CallsFor(Maria).Should().Be(1);
    }

    [Fact]
    public async Task The_first_known_person_wins() =>
        (
            await Client.EnrichAsync(
                """{"emails":["stranger@example.com","tomas.brandt@example.net","maria.quill@example.org"]}"""
            )
        )
            .Text("fullName")
            .Should()
            .Be("Tomas Brandt");

    [Fact]
    public async Task The_single_address_comes_before_the_others() =>
        (await Client.EnrichAsync("""{"emails":["tomas.brandt@example.net"],"email":"maria.quill@example.org"}"""))
            .Text("fullName")
            .Should()
            .Be("Maria Quill");

    [Fact]
    public async Task A_person_looked_up_by_another_identifier_is_a_miss() =>
        (await Client.EnrichAsync("""{"phone":"+15550100"}""")).Status.Should().Be(404);

    [Theory]
    [InlineData(Hash.Md5)]
    [InlineData(Hash.Sha1)]
    [InlineData(Hash.Sha256)]
    public async Task A_hash_finds_the_person_and_gives_no_clear_personal_data_back(Hash hash)
    {
        var reply = await Client.EnrichEmailAsync(HashOf(Maria, hash));

        reply.Status.Should().Be(200);
        reply.Json.Select(part => part.Key).Should().NotContain(["fullName", "email", "phone", "twitter", "linkedin"]);
        reply.Text("title").Should().Be("Acquisitions Librarian");
        reply.Json["details"]!["name"].Should().BeNull();
        reply.Body.Should().NotContain("Quill").And.NotContain("social.example.com");
        Simulator.CallsFor(Maria).Should().Be(1);
        Simulator.BilledMatches.Should().Be(1);
    }

    [Fact]
    public async Task A_hash_may_be_in_capitals_and_have_space_around_it()
    {
        var reply = await Client.EnrichEmailAsync($" {HashOf(Maria, Hash.Sha256).ToUpperInvariant()} ");

        reply.Status.Should().Be(200);
        reply.Json.ContainsKey("fullName").Should().BeFalse();
    }

    [Fact]
    public async Task A_hash_finds_a_person_whom_only_a_script_knows()
    {
        Simulator.Script("scripted@example.com", new SimulatedResponse.Match("""{"title":"Found"}"""));

        (await Client.EnrichEmailAsync(HashOf("scripted@example.com", Hash.Sha256))).Text("title").Should().Be("Found");
        Simulator.CallsFor("scripted@example.com").Should().Be(1);
    }

    [Fact]
    public async Task A_hash_beside_a_clear_address_gives_everything() =>
        (await Client.EnrichAsync(new JsonObject { ["emails"] = new JsonArray(HashOf(Maria, Hash.Md5), Maria) }))
            .Text("fullName")
            .Should()
            .Be("Maria Quill");

    [Fact]
    public async Task A_hash_of_nobody_is_a_miss() =>
        (await Client.EnrichEmailAsync(HashOf("stranger@example.com", Hash.Sha1))).Status.Should().Be(404);

    [Theory]
    [InlineData("individual", "fullName", "title", "avatar")]
    [InlineData("professional", "title", "fullName", "avatar")]
    [InlineData("social", "avatar", "fullName", "title")]
    public async Task A_data_filter_gives_the_parts_of_its_bundle_only(
        string bundle,
        string given,
        params string[] withheld
    )
    {
        var reply = await Client.EnrichAsync(
            new JsonObject { ["email"] = Maria, ["dataFilter"] = new JsonArray(bundle) }
        );

        reply.Json.Select(part => part.Key).Should().Contain(given).And.NotContain(withheld);
    }

    [Fact]
    public async Task A_data_filter_reaches_into_the_details()
    {
        var details = (
            await Client.EnrichAsync(new JsonObject { ["email"] = Maria, ["dataFilter"] = new JsonArray("social") })
        ).Json["details"]!.AsObject();

        details
            .Select(part => part.Key)
            .Should()
            .Contain(["profiles", "photos"])
            .And.NotContain(["name", "employment", "household"]);
    }

    [Fact]
    public async Task Several_bundles_are_added_up()
    {
        var reply = await Client.EnrichAsync(
            new JsonObject { ["email"] = Maria, ["dataFilter"] = new JsonArray("individual", "professional") }
        );

        reply.Json.Select(part => part.Key).Should().Contain(["fullName", "title"]).And.NotContain("avatar");
    }

    [Fact]
    public async Task Without_a_data_filter_the_body_is_what_it_was_given_as()
    {
        const string odd = """{ "details": null, "fullName": "A",  "updated": "1970-01-01" }""";
        Simulator.Script("a@example.com", new SimulatedResponse.Match(odd));

        (await Client.EnrichAsync("""{"email":"a@example.com","dataFilter":[]}""")).Body.Should().Be(odd);
    }

    [Fact]
    public async Task A_data_filter_leaves_null_details_as_they_are()
    {
        Simulator.Script("a@example.com", new SimulatedResponse.Match("""{"fullName":"A","details":null}"""));

        (await Client.EnrichAsync("""{"email":"a@example.com","dataFilter":["individual"]}"""))
            .Body.Should()
            .Be("""{"fullName":"A","details":null}""");
    }

    private static string HashOf(string address, Hash hash)
    {
        var bytes = Encoding.UTF8.GetBytes(address);
        return Convert.ToHexStringLower(
            hash switch
            {
                Hash.Md5 => MD5.HashData(bytes),
                Hash.Sha1 => SHA1.HashData(bytes),
                _ => SHA256.HashData(bytes),
            }
        );
    }
}
