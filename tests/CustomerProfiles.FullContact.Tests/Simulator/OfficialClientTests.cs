using System.Net.Http.Headers;
using System.Text;

namespace CustomerProfiles.FullContact.Tests.Simulator;

/// <summary>Requests as FullContact's own clients send them: plural fields and their own headers.</summary>
public sealed class OfficialClientTests : SimulatorFixture
{
    public static TheoryData<string, string> Questions =>
        new()
        {
            {
                "FullContact_Java_Client_V4",
                """{"emails":["maria.quill@example.org"],"phones":[],"profiles":[],"maids":[],"confidence":"LOW","infer":true,"maxMaids":5,"dataFilter":[]}"""
            },
            {
                "FullContact_Go_Client",
                """
                    {"emails":["maria.quill@example.org"],"name":{"given":"Maria","family":"Quill"},
                     "location":{"addressLine1":"1 Example Street","addressLine2":"","city":"Leeds","region":"Yorkshire","postalCode":"1"},
                     "profiles":[{"service":"twitter","username":"maria.quill"}],"infer":false,"confidence":"MAX"}
                    """
            },
            {
                "FullContact_Python_Client",
                """
                    {"email": "maria.quill@example.org", "name": {"full": "Maria Quill"}, "location": {"addressLine1": "1 Example Street", "postalCode": "1"},
                     "li_nonid": "n", "partnerId": "p"}
                    """
            },
            { "a browser", """{"email":"maria.quill@example.org"}""" },
        };

    [Theory]
    [MemberData(nameof(Questions))]
    public async Task The_official_clients_request_gets_a_response(string agent, string request)
    {
        var reply = await SendAsync(agent, request);

        reply.Status.Should().Be(200);
        reply.Headers["Content-Type"].Should().Be("application/json; charset=utf-8");
        reply.Text("fullName").Should().Be("Maria Quill");
        reply.Json.Should().NotContainKeys("status", "likelihood", "requestId");
    }

    [Theory]
    [MemberData(nameof(Questions))]
    public async Task The_official_clients_request_for_an_unknown_person_is_a_miss(string agent, string request) =>
        (
            await SendAsync(
                agent,
                request.Replace("maria.quill@example.org", "nobody@example.org", StringComparison.Ordinal)
            )
        )
            .Body.Should()
            .Be("""{"status":404,"message":"Profile not found"}""");

    [Fact]
    public async Task A_client_that_offers_to_speak_http2_without_tls_gets_a_response_over_http1()
    {
        using var request = Request("a client of Java's", """{"emails":["maria.quill@example.org"]}""");
        request.Headers.TryAddWithoutValidation("Connection", "Upgrade, HTTP2-Settings");
        request.Headers.TryAddWithoutValidation("Upgrade", "h2c");
        request.Headers.TryAddWithoutValidation("HTTP2-Settings", "AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA");

        (await Client.SendAsync(request)).Text("fullName").Should().Be("Maria Quill");
    }

    [Theory]
    [InlineData("v3/company.enrich")]
    [InlineData("v3/identity.resolve")]
    [InlineData("v3/person.enrich/")]
    public async Task Any_other_endpoint_is_told_apart_from_a_miss(string path)
    {
        using var request = Request("a client", "{}");
        request.RequestUri = new Uri(path, UriKind.Relative);

        var reply = await Client.SendAsync(request);

        reply.Status.Should().Be(404);
        reply
            .Body.Should()
            .Be(
                $$"""{"status":404,"message":"Endpoint POST /{{path}} not found. Please check https://docs.fullcontact.com or contact support."}"""
            );
    }

    private Task<Reply> SendAsync(string agent, string request) => Client.SendAsync(Request(agent, request));

    private HttpRequestMessage Request(string agent, string providerRequest)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "v3/person.enrich")
        {
            Content = new StringContent(providerRequest, Encoding.UTF8, "application/json"),
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", Simulator.ApiKey) },
        };
        request.Headers.TryAddWithoutValidation("User-Agent", agent);
        return request;
    }
}
