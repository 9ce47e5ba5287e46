using System.Text.Json.Nodes;
using CustomerProfiles.FullContact.Tests.Support;
using FullContact.Simulator;
using FullContact.Simulator.Callbacks;

namespace CustomerProfiles.FullContact.Tests.Simulator;

public sealed class ControlTests : SimulatorFixture
{
    private const string Maria = "maria.quill@example.org";
    private const string Everything = """
        [{"match":{"fullName":"A"}}, {"miss":true}, {"queued":true}, {"status":418}, {"keyRefused":true}, {"keyMissing":true}, {"quotaExceeded":true},
         {"notEntitled":true}, {"badRequest":true}, {"invalidRequest":true}, {"wrongEndpoint":true}, {"methodNotAllowed":true}, {"gone":true},
         {"unprocessable":true}, {"unprocessableWithoutBody":true}, {"throttled":true}, {"legallyWithheld":true}, {"serverError":true}, {"badGateway":true},
         {"unavailable":true}, {"gatewayTimeout":true}, {"noContent":true}, {"htmlPage":true}, {"brokenJson":true}, {"truncatedJson":true}, {"deeplyNested":5},
         {"wrongContentType":{"fullName":"A"}}, {"huge":100}, {"delayed":{"response":{"miss":true},"milliseconds":0}},
         {"slow":{"response":{"miss":true},"millisecondsBetweenBytes":0}}]
        """;

    [Fact]
    public async Task Every_response_can_be_scripted()
    {
        (await Client.ControlAsync("PUT", "scripts/a@example.com", Everything)).Status.Should().Be(204);

        List<int> statuses = [];
        foreach (var _ in JsonNode.Parse(Everything)!.AsArray())
        {
            statuses.Add((await Client.EnrichEmailAsync("a@example.com")).Status);
        }

        statuses
            .Should()
            .Equal(
                200,
                404,
                202,
                418,
                401,
                403,
                403,
                403,
                400,
                400,
                404,
                405,
                410,
                422,
                422,
                429,
                451,
                500,
                502,
                503,
                504,
                204,
                200,
                200,
                200,
                200,
                200,
                200,
                404,
                404
            );
    }

    [Theory]
    [InlineData("""{"drop":true}""")]
    [InlineData("""{"cutOff":{"response":{"match":{"fullName":"A"}},"afterBytes":3}}""")]
    [InlineData("""{"cutOff":{"response":{"endless":true}}}""")]
    public async Task Every_way_of_breaking_off_can_be_scripted(string result)
    {
        (await Client.ControlAsync("PUT", "scripts/a@example.com", result)).Status.Should().Be(204);

        await Client
            .Awaiting(client => client.EnrichEmailAsync("a@example.com"))
            .Should()
            .ThrowAsync<HttpRequestException>();
    }

    [Fact]
    public async Task Silence_can_be_scripted()
    {
        await Client.ControlAsync("PUT", "scripts/a@example.com", """{"silence":true}""");
        using var held = Simulator.Hold("a@example.com");
        using var timeout = new CancellationTokenSource();
        var calling = Client.EnrichEmailAsync("a@example.com", timeout.Token);
        await held.Arrived;
        held.Release();

        calling.IsCompleted.Should().BeFalse();
        await timeout.CancelAsync();
        await calling.Awaiting(reply => reply).Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task A_status_can_say_everything_about_itself()
    {
        await Client.ControlAsync(
            "PUT",
            "scripts/a@example.com",
            """
            [{"status":{"code":200,"body":"<p>","contentType":"text/html","retryAfter":7,"headers":{"X-Extra":"1"},"billed":true}},
             {"status":{"code":429,"body":{"status":429},"retryAfter":"Wed, 21 Oct 2026 07:28:00 GMT"}}]
            """
        );

        var first = await Client.EnrichEmailAsync("a@example.com");
        var second = await Client.EnrichEmailAsync("a@example.com");

        (first.Status, first.Body, first.Headers["Content-Type"]).Should().Be((200, "<p>", "text/html"));
        (first.Headers["Retry-After"], first.Headers["X-Extra"]).Should().Be(("7", "1"));
        Simulator.BilledMatches.Should().Be(1);
        (second.Status, second.Body, second.Headers["Retry-After"])
            .Should()
            .Be((429, """{"status":429}""", "Wed, 21 Oct 2026 07:28:00 GMT"));
    }

    [Fact]
    public async Task Queued_may_say_how_often_and_messages_what()
    {
        await Client.ControlAsync(
            "PUT",
            "scripts/a@example.com",
            """[{"queued":2},{"badRequest":"No."},{"unprocessable":"Nor this."},{"keyRefused":"Expired access token"},{"throttled":9}]"""
        );

        List<string?> said = [];
        for (var call = 0; call < 5; call++)
        {
            said.Add((await Client.EnrichEmailAsync("a@example.com")).Text("message"));
        }

        said.Skip(2).Should().Equal("No.", "Nor this.", "401: Expired access token: simulated-key");
        said.Take(2).Should().OnlyContain(message => message!.StartsWith("Queued"));
        (await Client.EnrichEmailAsync("a@example.com")).Headers["Retry-After"].Should().Be("9");
    }

    [Theory]
    [InlineData("scripts/maria.quill%40example.org")]
    [InlineData("scripts/MARIA.quill@example.org")]
    public async Task An_address_may_be_escaped_and_its_script_taken_away_again(string path)
    {
        await Client.ControlAsync("PUT", path, """{"gone":true}""");
        (await Client.EnrichEmailAsync(Maria)).Status.Should().Be(410);

        (await Client.ControlAsync("DELETE", path)).Status.Should().Be(204);
        (await Client.EnrichEmailAsync(Maria)).Status.Should().Be(200);
    }

    [Fact]
    public async Task A_profile_may_be_scripted_by_its_escaped_url()
    {
        await Client.ControlAsync(
            "PUT",
            "scripts/https%3A%2F%2Fsocial.example.com%2Ftwitter%2Fnobody",
            """{"gone":true}"""
        );

        (await Client.EnrichAsync("""{"profiles":[{"url":"https://social.example.com/twitter/nobody"}]}"""))
            .Status.Should()
            .Be(410);
    }

    [Fact]
    public async Task Everybody_may_be_scripted_and_all_scripts_taken_away()
    {
        await Client.ControlAsync("PUT", "scripts", """{"unavailable":30}""");
        await Client.ControlAsync("PUT", "scripts/a@example.com", """{"gone":true}""");
        (await Client.EnrichEmailAsync(Maria)).Headers["Retry-After"].Should().Be("30");
        (await Client.EnrichEmailAsync("a@example.com")).Status.Should().Be(410);

        await Client.ControlAsync("DELETE", "scripts");
        (await Client.EnrichEmailAsync(Maria)).Status.Should().Be(200);
        (await Client.EnrichEmailAsync("a@example.com")).Status.Should().Be(404);
    }

    [Fact]
    public async Task The_calls_are_shown_without_what_was_sent()
    {
        await Client.EnrichEmailAsync(Maria);
        await Client.EnrichEmailAsync("stranger@example.com");
        await Client.EnrichWithAsync("Bearer a-key-to-look-for");

        var reply = await Client.ControlAsync("GET", "calls");

        reply
            .Body.Should()
            .Be(
                """
                {"calls":3,"billedMatches":1,"mostAtOnceAboutOneAddress":1,"byStatus":{"200":1,"401":1,"404":1},
                "byIdentifier":{"maria.quill@example.org":1,"stranger@example.com":1},"last":[
                {"method":"POST","path":"/v3/person.enrich","status":200,"identifiers":["maria.quill@example.org"],"billed":true,"rateDelayMilliseconds":0},
                {"method":"POST","path":"/v3/person.enrich","status":404,"identifiers":["stranger@example.com"],"billed":false,"rateDelayMilliseconds":0},
                {"method":"POST","path":"/v3/person.enrich","status":401,"identifiers":[],"billed":false,"rateDelayMilliseconds":0}]}
                """.ReplaceLineEndings("")
            );
        Simulator.CallLog.Should().HaveCount(3, "the control endpoint is no part of the API");
    }

    [Fact]
    public async Task A_reset_can_be_requested()
    {
        await Client.ControlAsync("PUT", "scripts", """{"gone":true}""");
        await Client.EnrichEmailAsync(Maria);

        (await Client.ControlAsync("POST", "reset")).Status.Should().Be(204);

        Simulator.Calls.Should().Be(0);
        (await Client.EnrichEmailAsync(Maria)).Status.Should().Be(200);
    }

    [Fact]
    public async Task The_rate_can_be_set_and_removed()
    {
        await Client.ControlAsync("PUT", "rate", """{"requestsPerMinute":6000}""");
        Simulator.RequestsPerMinute.Should().Be(6000);

        await Client.ControlAsync("PUT", "rate", """{"requestsPerMinute":null}""");
        Simulator.RequestsPerMinute.Should().BeNull();
    }

    [Fact]
    public async Task Callbacks_can_be_planned_shown_and_released()
    {
        await using var receiver = await LoopbackServer.StartAsync(_ => Task.CompletedTask);
        await Client.ControlAsync(
            "PUT",
            "callbacks",
            """{"held":true,"times":2,"form":"wrapped","delayMilliseconds":0,"webhookId":"w"}"""
        );
        Simulator
            .Callbacks.Plan.Should()
            .Be(
                new CallbackPlan
                {
                    IsHeld = true,
                    Times = 2,
                    Form = CallbackForm.Wrapped,
                    WebhookId = "w",
                }
            );
        await Client.EnrichAsync(
            new JsonObject { ["email"] = Maria, ["webhookUrl"] = $"{receiver.BaseAddress}hook?id=1" }
        );
        (await Client.ControlAsync("GET", "callbacks"))
            .Body.Should()
            .Be(
                $$"""{"callbacks":[{"url":"{{receiver.BaseAddress}}hook?id=1","held":true,"settled":false,"statuses":[]}]}"""
            );

        (await Client.ControlAsync("POST", "callbacks/release")).Status.Should().Be(204);

        receiver.Received.Should().HaveCount(2);
        (await Client.ControlAsync("GET", "callbacks"))
            .Body.Should()
            .Be(
                $$"""{"callbacks":[{"url":"{{receiver.BaseAddress}}hook?id=1","held":false,"settled":true,"statuses":[200,200]}]}"""
            );
    }

    [Theory]
    [InlineData("PUT", "scripts/a@example.com", "not json")]
    [InlineData("PUT", "scripts/a@example.com", "[]")]
    [InlineData("PUT", "scripts/a@example.com", "5")]
    [InlineData("PUT", "scripts/a@example.com", "{}")]
    [InlineData("PUT", "scripts/a@example.com", """{"miss":true,"gone":true}""")]
    [InlineData("PUT", "scripts/a@example.com", """{"unheardOf":true}""")]
    [InlineData("PUT", "scripts/a@example.com", """{"status":{"body":"no code"}}""")]
    [InlineData("PUT", "scripts/a@example.com", """{"status":99}""")]
    [InlineData("PUT", "scripts/a@example.com", """{"status":"200"}""")]
    [InlineData("PUT", "scripts/a@example.com", """{"huge":1}""")]
    [InlineData("PUT", "scripts/a@example.com", """{"queued":-1}""")]
    [InlineData("PUT", "scripts/a@example.com", """{"deeplyNested":0}""")]
    [InlineData("PUT", "scripts/a@example.com", """{"slow":{"response":{"miss":true}}}""")]
    [InlineData("PUT", "scripts/a@example.com", """{"delayed":{"milliseconds":5}}""")]
    [InlineData("PUT", "scripts/a@example.com", """{"delayed":{"response":{"miss":true},"milliseconds":1e300}}""")]
    [InlineData("PUT", "scripts/a@example.com", """{"delayed":{"response":{"miss":true},"milliseconds":-5}}""")]
    [InlineData("PUT", "rate", """{"requestsPerMinute":0}""")]
    [InlineData("PUT", "rate", "null")]
    [InlineData("PUT", "callbacks", """{"times":-1}""")]
    [InlineData("PUT", "callbacks", """{"form":"pigeon"}""")]
    [InlineData("PUT", "callbacks", """{"delayMilliseconds":1e300}""")]
    public async Task What_cannot_be_read_is_a_400_and_changes_nothing(string method, string path, string body)
    {
        var reply = await Client.ControlAsync(method, path, body);

        reply.Status.Should().Be(400);
        reply.Text("message").Should().NotBeNullOrEmpty();
        (await Client.EnrichEmailAsync("a@example.com")).Status.Should().Be(404);
        Simulator.RequestsPerMinute.Should().BeNull();
        Simulator.Callbacks.Plan.Should().Be(new CallbackPlan());
    }

    [Theory]
    [InlineData("GET", "scripts", "PUT, DELETE")]
    [InlineData("POST", "scripts/a@example.com", "PUT, DELETE")]
    [InlineData("POST", "calls", "GET")]
    [InlineData("POST", "callbacks", "GET, PUT")]
    [InlineData("GET", "callbacks/release", "POST")]
    [InlineData("POST", "rate", "PUT")]
    [InlineData("GET", "reset", "POST")]
    public async Task A_wrong_method_is_told_the_right_ones(string method, string path, string allowed)
    {
        var reply = await Client.ControlAsync(method, path);

        reply.Status.Should().Be(405);
        reply.Headers["Allow"].Should().Be(allowed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("elsewhere")]
    public async Task There_is_nothing_else(string path) =>
        (await Client.ControlAsync("GET", path)).Status.Should().Be(404);

    [Fact]
    public async Task A_path_that_only_begins_alike_is_the_apis() =>
        (await Client.SendAsync(new HttpRequestMessage(HttpMethod.Get, "controls")))
            .Text("message")
            .Should()
            .StartWith("Endpoint GET /controls not found.");
}
