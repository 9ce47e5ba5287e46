using System.Text.Json;
using FullContact.Simulator;

namespace CustomerProfiles.FullContact.Tests.Simulator;

/// <summary>Every status of the API with its body.</summary>
public sealed class ResultCatalogueTests : SimulatorFixture
{
    private const string Address = "a@example.com";

    public static TheoryData<SimulatedResponse, int, string> WithAMessage =>
        new()
        {
            { new SimulatedResponse.Miss(), 404, "Profile not found" },
            {
                new SimulatedResponse.Queued(),
                202,
                "Queued for search. Please retry your query within about 2 minutes."
            },
            { SimulatedResponse.BadRequest(), 400, "Invalid email format" },
            { SimulatedResponse.BadRequest("Something \"else\""), 400, "Something \"else\"" },
            { new SimulatedResponse.KeyRefused(), 401, "401: Invalid access token: simulated-key" },
            {
                new SimulatedResponse.KeyRefused("Expired access token"),
                401,
                "401: Expired access token: simulated-key"
            },
            { SimulatedResponse.KeyMissing, 403, "API Key is missing or invalid. Please check your request." },
            {
                SimulatedResponse.QuotaExceeded,
                403,
                "Usage limits for the provided API Key have been exceeded. Please try again later or contact support."
            },
            { SimulatedResponse.NotEntitled, 403, "The provided API Key is not entitled to person.enrich." },
            {
                SimulatedResponse.WrongEndpoint,
                404,
                "Endpoint POST /v3/person.enrich not found. Please check https://docs.fullcontact.com or "
                    + "contact support."
            },
            { SimulatedResponse.MethodNotAllowed, 405, "Method not allowed. Use POST." },
            { SimulatedResponse.Gone, 410, "This version of the API has been retired." },
            { SimulatedResponse.Unprocessable(), 422, "Unable to process the request." },
            { SimulatedResponse.Throttled(), 429, "Rate limit exceeded. Please retry." },
            { SimulatedResponse.LegallyWithheld, 451, "Unavailable for legal reasons." },
            { SimulatedResponse.Unavailable(), 503, "Service temporarily unavailable." },
        };

    public static TheoryData<SimulatedResponse, int> WithoutABody =>
        new()
        {
            { SimulatedResponse.NoContent, 204 },
            { SimulatedResponse.UnprocessableWithoutBody, 422 },
            { SimulatedResponse.ServerError, 500 },
        };

    public static TheoryData<SimulatedResponse, int> InHtml =>
        new()
        {
            { SimulatedResponse.HtmlPage, 200 },
            { SimulatedResponse.BadGateway, 502 },
            { SimulatedResponse.GatewayTimeout, 504 },
        };

    [Theory]
    [MemberData(nameof(WithAMessage))]
    public async Task A_status_says_what_it_means(SimulatedResponse result, int status, string message)
    {
        Simulator.Script(Address, result);

        var reply = await Client.EnrichEmailAsync(Address);

        reply.Status.Should().Be(status);
        reply.Headers["Content-Type"].Should().StartWith("application/json");
        ((int?)reply.Json["status"]).Should().Be(status);
        reply.Text("message").Should().Be(message);
        Simulator.BilledMatches.Should().Be(0);
    }

    [Theory]
    [MemberData(nameof(WithoutABody))]
    public async Task A_status_may_come_alone(SimulatedResponse result, int status)
    {
        Simulator.Script(Address, result);

        var reply = await Client.EnrichEmailAsync(Address);

        reply.Status.Should().Be(status);
        reply.Body.Should().BeEmpty();
        Simulator.BilledMatches.Should().Be(0);
    }

    [Theory]
    [MemberData(nameof(InHtml))]
    public async Task A_page_for_people_is_no_response_of_the_api(SimulatedResponse result, int status)
    {
        Simulator.Script(Address, result);

        var reply = await Client.EnrichEmailAsync(Address);

        reply.Status.Should().Be(status);
        reply.Headers["Content-Type"].Should().Be("text/html");
        reply.Body.Should().StartWith("<html>");
        Simulator.BilledMatches.Should().Be(0);
    }

    [Fact]
    public async Task An_invalid_request_has_a_code_instead_of_a_status()
    {
        Simulator.Script(Address, SimulatedResponse.InvalidRequest);

        (await Client.EnrichEmailAsync(Address))
            .Body.Should()
            .Be("""{"code":400,"message":"Unable to process JSON"}""");
    }

    [Fact]
    public async Task A_wrong_method_is_told_the_right_one()
    {
        Simulator.Script(Address, SimulatedResponse.MethodNotAllowed);

        (await Client.EnrichEmailAsync(Address)).Headers["Allow"].Should().Be("POST");
        (await Client.SendAsync(new HttpRequestMessage(HttpMethod.Get, "v3/person.enrich")))
            .Headers["Allow"]
            .Should()
            .Be("POST");
    }

    [Fact]
    public async Task An_unprocessable_request_has_a_request_id()
    {
        Simulator.Script(Address, SimulatedResponse.Unprocessable("No such company."));

        var reply = await Client.EnrichEmailAsync(Address);

        reply.Text("message").Should().Be("No such company.");
        Guid.TryParse(reply.Text("requestId"), out _).Should().BeTrue();
    }

    [Fact]
    public async Task Retry_after_is_in_seconds_or_a_date()
    {
        var date = new DateTimeOffset(2026, 10, 21, 9, 28, 0, TimeSpan.FromHours(2));
        Simulator.Script(
            Address,
            SimulatedResponse.Throttled(TimeSpan.FromSeconds(90)),
            SimulatedResponse.Throttled(date),
            SimulatedResponse.Unavailable(TimeSpan.FromMilliseconds(1500)),
            SimulatedResponse.Unavailable(date)
        );

        List<string> said = [];
        for (var call = 0; call < 4; call++)
        {
            said.Add((await Client.EnrichEmailAsync(Address)).Headers["Retry-After"]);
        }

        said.Should().Equal("90", "Wed, 21 Oct 2026 07:28:00 GMT", "2", "Wed, 21 Oct 2026 07:28:00 GMT");
    }

    [Fact]
    public async Task Broken_and_truncated_json_arrive_whole_and_are_no_json()
    {
        Simulator.Script(Address, SimulatedResponse.BrokenJson, SimulatedResponse.TruncatedJson);

        for (var call = 0; call < 2; call++)
        {
            var reply = await Client.EnrichEmailAsync(Address);

            reply.Status.Should().Be(200);
            reply.Body.Should().NotBeEmpty();
            FluentActions.Invoking(() => JsonDocument.Parse(reply.Body)).Should().Throw<JsonException>();
        }

        Simulator.BilledMatches.Should().Be(0);
    }

    [Fact]
    public async Task Deep_nesting_is_json_as_deep_as_requested()
    {
        Simulator.Script(Address, SimulatedResponse.DeeplyNested(100));

        var body = (await Client.EnrichEmailAsync(Address)).Body;

        using var parsed = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 100 });
        FluentActions
            .Invoking(() => JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 99 }))
            .Should()
            .Throw<JsonException>();
    }

    [Fact]
    public async Task A_person_may_come_under_a_wrong_type()
    {
        Simulator.Script(Address, SimulatedResponse.WrongContentType("""{"fullName":"A"}"""));

        var reply = await Client.EnrichEmailAsync(Address);

        reply.Headers["Content-Type"].Should().Be("text/plain");
        reply.Text("fullName").Should().Be("A");
        Simulator.BilledMatches.Should().Be(1);
    }

    [Fact]
    public async Task A_raw_status_has_the_headers_that_it_says_and_is_billed_if_it_says_so()
    {
        var raw = new SimulatedResponse.Status(200, "{}");
        Simulator.Script(Address, raw, raw with { Billed = true, Headers = raw.Headers.Add("X-Extra", "1") });

        (await Client.EnrichEmailAsync(Address)).Headers.Should().NotContainKey("X-Extra");
        Simulator.BilledMatches.Should().Be(0);

        (await Client.EnrichEmailAsync(Address)).Headers["X-Extra"].Should().Be("1");
        Simulator.BilledMatches.Should().Be(1);
    }

    [Theory]
    [InlineData(0, new[] { 404, 404 })]
    [InlineData(3, new[] { 202, 202, 202, 404, 404 })]
    public async Task A_search_may_be_queued_so_many_times(int times, int[] statuses)
    {
        Simulator.Script(Address, SimulatedResponse.QueuedThen(times, new SimulatedResponse.Miss()));

        List<int> got = [];
        foreach (var _ in statuses)
        {
            got.Add((await Client.EnrichEmailAsync(Address)).Status);
        }

        got.Should().Equal(statuses);
    }
}
