using System.Text;
using FullContact.Simulator;
using FullContact.Simulator.Callbacks;

namespace CustomerProfiles.FullContact.Tests.Simulator;

public sealed class CallLogTests : SimulatorFixture
{
    private const string Maria = "maria.quill@example.org";

    [Fact]
    public async Task Every_request_is_recorded_with_its_outcome()
    {
        await Client.EnrichAsync($$"""{"emails":["{{Maria}}","stranger@example.com"]}""");
        await Client.EnrichWithAsync("Bearer wrong");
        await Client.SendAsync(new HttpRequestMessage(HttpMethod.Get, "v3/company.enrich?domain=example.com"));
        await Client.EnrichEmailAsync("stranger@example.com");

        Simulator
            .CallLog.Select(call => (call.Method, call.Path, call.Status, call.IsBilled))
            .Should()
            .Equal(
                ("POST", "/v3/person.enrich", 200, true),
                ("POST", "/v3/person.enrich", 401, false),
                ("GET", "/v3/company.enrich", 404, false),
                ("POST", "/v3/person.enrich", 404, false)
            );
        Simulator.CallLog[0].Identifiers.Should().Equal(Maria, "stranger@example.com");
        Simulator.CallLog[1].Identifiers.Should().BeEmpty();
        Simulator.CallLog[1].Body.Should().BeNull();
        Simulator
            .ResultsByStatus.Should()
            .Equal(
                new Dictionary<int, int>
                {
                    [200] = 1,
                    [401] = 1,
                    [404] = 2,
                }
            );
        Simulator
            .CallsByIdentifier.Should()
            .Equal(new Dictionary<string, int> { [Maria] = 1, ["stranger@example.com"] = 2 });
    }

    [Fact]
    public async Task The_headers_and_the_body_of_a_call_can_be_read()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "v3/person.enrich")
        {
            Content = new StringContent($$"""{ "email":"{{Maria}}" }""", Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {Simulator.ApiKey}");
        request.Headers.TryAddWithoutValidation("Reporting-Key", "desk-7");
        await Client.SendAsync(request);
        await Client.EnrichEmailAsync("stranger@example.com");

        var call = Simulator.LastCallFor(" Maria.QUILL@example.org")!;
        call.Headers["reporting-key"].Should().Be("desk-7");
        call.Headers["Content-Type"].Should().StartWith("application/json");
        call.Body.Should().Be($$"""{ "email":"{{Maria}}" }""");
        Simulator.CallLog[1].Headers.Should().NotContainKey("Reporting-Key");
        Simulator.LastCallFor("nobody@example.com").Should().BeNull();
    }

    [Fact]
    public void A_call_shows_neither_key_nor_address_when_it_is_written_out()
    {
        Simulator.LastCallFor(Maria).Should().BeNull();

        typeof(global::FullContact.Simulator.Requests.RecordedRequest)
            .GetMethod(nameof(ToString), Type.EmptyTypes)!
            .DeclaringType.Should()
            .Be<object>();
    }

    [Fact]
    public async Task A_reset_makes_everything_as_it_was()
    {
        Simulator.Script(Maria, SimulatedResponse.Gone);
        Simulator.ScriptEverybody(SimulatedResponse.Unavailable());
        Simulator.RequestsPerMinute = 600_000_000;
        Simulator.Callbacks.Plan = new CallbackPlan { IsHeld = true };
        await Client.EnrichEmailAsync(Maria);
        await Client.EnrichEmailAsync("liam.okafor@example.net");
        Simulator.ScriptEverybody();
        await Client.EnrichEmailAsync("liam.okafor@example.net");
        await Client.EnrichAsync($$"""{"email":"liam.okafor@example.net","webhookUrl":"http://127.0.0.1:9/"}""");

        Simulator.Reset();

        Simulator.Calls.Should().Be(0);
        Simulator.CallsFor(Maria).Should().Be(0);
        Simulator.BilledMatches.Should().Be(0);
        Simulator.MostAtOnceAboutOneAddress.Should().Be(0);
        Simulator.LastBody.Should().BeNull();
        Simulator.LastCallFor(Maria).Should().BeNull();
        Simulator.CallLog.Should().BeEmpty();
        Simulator.ResultsByStatus.Should().BeEmpty();
        Simulator.Callbacks.All.Should().BeEmpty();
        Simulator.Callbacks.Plan.Should().Be(new CallbackPlan());
        Simulator.RequestsPerMinute.Should().BeNull();
        (await Client.EnrichEmailAsync(Maria)).Status.Should().Be(200);
        (await Client.EnrichEmailAsync("liam.okafor@example.net"))
            .Status.Should()
            .Be(202, "he is at his first response again");
    }

    [Fact]
    public async Task A_reset_lets_go_what_is_held()
    {
        using var held = Simulator.Hold(Maria);
        var calling = Client.EnrichEmailAsync(Maria);
        await held.Arrived;

        Simulator.Reset();

        (await calling).Status.Should().Be(200);
    }

    [Fact]
    public async Task Scripts_can_be_taken_away_one_by_one_and_altogether()
    {
        Simulator.Script(Maria, SimulatedResponse.Gone);
        Simulator.Script("a@example.com", SimulatedResponse.Gone);

        Simulator.RemoveScript("MARIA.quill@example.org").Should().BeTrue();
        Simulator.RemoveScript(Maria).Should().BeFalse();
        (await Client.EnrichEmailAsync(Maria)).Status.Should().Be(200);
        (await Client.EnrichEmailAsync("a@example.com")).Status.Should().Be(410);

        Simulator.ScriptEverybody(SimulatedResponse.Gone);
        Simulator.ClearScripts();
        (await Client.EnrichEmailAsync("a@example.com")).Status.Should().Be(404);
    }

    [Fact]
    public async Task The_last_ten_thousand_are_remembered_and_all_are_counted()
    {
        var log = Simulator;
        for (var call = 0; call < 10_050; call++)
        {
            await Client.SendAsync(new HttpRequestMessage(HttpMethod.Get, $"path/{call}"));
        }

        log.CallLog.Should().HaveCount(10_000);
        log.CallLog[0].Path.Should().Be("/path/50");
        log.ResultsByStatus[404].Should().Be(10_050);
    }
}
