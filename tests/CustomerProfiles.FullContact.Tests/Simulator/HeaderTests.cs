using FullContact.Simulator;

namespace CustomerProfiles.FullContact.Tests.Simulator;

public sealed class HeaderTests : SimulatorFixture
{
    [Theory]
    [InlineData("POST", "v3/person.enrich")]
    [InlineData("GET", "v3/person.enrich")]
    [InlineData("GET", "elsewhere")]
    public async Task A_refusal_has_the_rate_headers(string method, string path) =>
        AssertRateHeaders(await Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path)));

    [Theory]
    [InlineData("maria.quill@example.org", 200)]
    [InlineData("liam.okafor@example.net", 202)]
    [InlineData("stranger@example.com", 404)]
    [InlineData("bogdan.ilic@example.net", 429)]
    [InlineData("wendy.marsh@example.org", 422)]
    [InlineData("greta.holm@example.org", 503)]
    public async Task Every_response_has_the_rate_headers(string address, int status)
    {
        var reply = await Client.EnrichEmailAsync(address);

        reply.Status.Should().Be(status);
        AssertRateHeaders(reply);
    }

    [Fact]
    public async Task Retry_after_says_what_the_script_says_and_is_missing_otherwise()
    {
        Simulator.Script(
            "a@example.com",
            SimulatedResponse.Throttled("7"),
            SimulatedResponse.Unavailable("Wed, 21 Oct 2026 07:28:00 GMT"),
            SimulatedResponse.Throttled()
        );

        (await Client.EnrichEmailAsync("a@example.com")).Headers["Retry-After"].Should().Be("7");
        (await Client.EnrichEmailAsync("a@example.com"))
            .Headers["Retry-After"]
            .Should()
            .Be("Wed, 21 Oct 2026 07:28:00 GMT");
        (await Client.EnrichEmailAsync("a@example.com")).Headers.Should().NotContainKey("Retry-After");
    }

    private static void AssertRateHeaders(Reply reply)
    {
        reply.Headers["X-FullContact-RateDelay"].Should().MatchRegex("^[0-9]+$");
        reply.Headers["X-Rate-Limit"].Should().Be("600");
        reply.Headers["X-Rate-Limit-Remaining"].Should().Be("10");
        reply.Headers["X-Rate-Limit-Reset"].Should().Be("20");
    }
}
