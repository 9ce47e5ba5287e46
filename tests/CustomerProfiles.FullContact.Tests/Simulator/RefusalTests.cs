using System.Text.Json.Nodes;

namespace CustomerProfiles.FullContact.Tests.Simulator;

public sealed class RefusalTests : SimulatorFixture
{
    [Theory]
    [InlineData(null)]
    [InlineData("Basic c2ltdWxhdGVkLWtleQ==")]
    [InlineData("Bearer")]
    public async Task A_request_without_a_key_is_a_403(string? authorization)
    {
        var reply = await Client.EnrichWithAsync(authorization);

        reply.Status.Should().Be(403);
        reply.Text("message").Should().Be("API Key is missing or invalid. Please check your request.");
        ((int?)reply.Json["status"]).Should().Be(403);
    }

    [Fact]
    public async Task A_wrong_key_is_a_401_that_repeats_the_key()
    {
        var reply = await Client.EnrichWithAsync("Bearer not-\"this\"-one");

        reply.Status.Should().Be(401);
        reply.Text("message").Should().Be("401: Invalid access token: not-\"this\"-one");
        Simulator.BilledMatches.Should().Be(0);
    }

    [Fact]
    public async Task The_scheme_of_the_key_may_be_in_any_case() =>
        (await Client.EnrichWithAsync($"bearer {Simulator.ApiKey}")).Status.Should().Be(200);

    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("""{"email":"maria.quill@example.org" """)]
    [InlineData("[]")]
    [InlineData("\"maria.quill@example.org\"")]
    [InlineData("null")]
    [InlineData("""{"email":"half a pair \ud800@example.org"}""")]
    public async Task A_body_that_is_no_json_object_is_a_400_with_a_code_in_place_of_a_status(string body)
    {
        var reply = await Client.EnrichAsync(body);

        reply.Status.Should().Be(400);
        reply.Body.Should().Be("""{"code":400,"message":"Unable to process JSON"}""");
    }

    [Fact]
    public async Task A_body_that_is_not_utf8_is_no_json()
    {
        var reply = await Client.EnrichAsync([.. "{\"email\":\""u8, 0xFF, 0xFE, .. "@example.org\"}"u8]);

        reply.Status.Should().Be(400);
        reply.Text("message").Should().Be("Unable to process JSON");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"emails":[]}""")]
    [InlineData("""{"email":null}""")]
    [InlineData("""{"name":{"full":"Maria Quill"}}""")]
    [InlineData("""{"dataFilter":["social"]}""")]
    public async Task A_request_without_a_person_is_a_400(string body)
    {
        var reply = await Client.EnrichAsync(body);

        reply.Status.Should().Be(400);
        ((int?)reply.Json["status"]).Should().Be(400);
    }

    [Theory]
    [InlineData("maria.quill")]
    [InlineData("@example.org")]
    [InlineData("maria.quill@")]
    [InlineData("maria quill@example.org")]
    [InlineData("")]
    public async Task A_malformed_address_is_a_400(string address)
    {
        var reply = await Client.EnrichEmailAsync(address);

        reply.Status.Should().Be(400);
        reply.Text("message").Should().Be("Invalid email format");
    }

    [Fact]
    public async Task One_malformed_address_among_good_ones_is_a_400()
    {
        var reply = await Client.EnrichAsync("""{"emails":["maria.quill@example.org","nonsense"]}""");

        reply.Status.Should().Be(400);
        Simulator.BilledMatches.Should().Be(0);
    }

    [Theory]
    [InlineData(25, 404)]
    [InlineData(26, 400)]
    public async Task Twenty_five_addresses_are_taken_and_no_more(int count, int status)
    {
        var emails = new JsonArray([
            .. Enumerable.Range(1, count).Select(number => JsonValue.Create($"stranger{number}@example.com")),
        ]);

        (await Client.EnrichAsync(new JsonObject { ["emails"] = emails })).Status.Should().Be(status);
    }

    [Fact]
    public async Task The_single_address_counts_among_the_twenty_five()
    {
        var emails = new JsonArray([
            .. Enumerable.Range(1, 25).Select(number => JsonValue.Create($"stranger{number}@example.com")),
        ]);

        (await Client.EnrichAsync(new JsonObject { ["email"] = "one.more@example.com", ["emails"] = emails }))
            .Status.Should()
            .Be(400);
    }

    [Theory]
    [InlineData("GET", "/v3/company.enrich")]
    [InlineData("POST", "/v3/person.enrichment")]
    [InlineData("POST", "/v2/person.json")]
    [InlineData("GET", "/")]
    public async Task Another_path_is_a_404_that_can_be_told_from_a_miss(string method, string path)
    {
        var reply = await Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));

        reply.Status.Should().Be(404);
        reply
            .Text("message")
            .Should()
            .StartWith($"Endpoint {method} {path} not found. Please check https://docs.fullcontact.com");
        Simulator.Calls.Should().Be(0);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Another_method_on_the_path_is_a_405(string method)
    {
        var reply = await Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), "v3/person.enrich"));

        reply.Status.Should().Be(405);
        ((int?)reply.Json["status"]).Should().Be(405);
        Simulator.Calls.Should().Be(0);
    }
}
