using FullContact.Simulator;

namespace CustomerProfiles.FullContact.Tests.Simulator;

public sealed class ScriptTests : SimulatorFixture
{
    private const string Address = "a@example.com";

    [Fact]
    public async Task Scripted_responses_come_in_order_and_the_last_is_repeated()
    {
        Simulator.Script(
            Address,
            new SimulatedResponse.Queued(),
            SimulatedResponse.Throttled(),
            new SimulatedResponse.Match("""{"fullName":"A"}"""),
            new SimulatedResponse.Miss()
        );

        List<int> statuses = [];
        for (var call = 0; call < 6; call++)
        {
            statuses.Add((await Client.EnrichEmailAsync(Address)).Status);
        }

        statuses.Should().Equal(202, 429, 200, 404, 404, 404);
    }

    [Fact]
    public async Task Each_of_many_concurrent_requests_gets_its_own_response_of_the_order()
    {
        Simulator.Script(
            Address,
            [
                .. Enumerable
                    .Range(0, 20)
                    .Select(number => new SimulatedResponse.Match($$"""{"fullName":"{{number}}"}""")),
            ]
        );

        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Client.EnrichEmailAsync(Address)));

        replies.Select(reply => reply.Text("fullName")).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task A_script_takes_the_place_of_the_cast_and_of_an_earlier_script()
    {
        Simulator.Script("Maria.Quill@EXAMPLE.org", new SimulatedResponse.Miss());
        (await Client.EnrichEmailAsync("maria.quill@example.org")).Status.Should().Be(404);

        Simulator.Script("maria.quill@example.org", SimulatedResponse.Unavailable());
        (await Client.EnrichEmailAsync("maria.quill@example.org")).Status.Should().Be(503);
    }

    [Fact]
    public async Task A_script_for_everybody_is_for_strangers_and_for_the_cast()
    {
        Simulator.ScriptEverybody(SimulatedResponse.Unavailable());

        (await Client.EnrichEmailAsync("stranger@example.com")).Status.Should().Be(503);
        (await Client.EnrichEmailAsync("maria.quill@example.org")).Status.Should().Be(503);
    }

    [Fact]
    public async Task A_script_for_everybody_is_also_for_people_of_the_cast_who_were_looked_up_before()
    {
        (await Client.EnrichEmailAsync("maria.quill@example.org")).Status.Should().Be(200);

        Simulator.ScriptEverybody(SimulatedResponse.Unavailable());

        (await Client.EnrichEmailAsync("maria.quill@example.org")).Status.Should().Be(503);
    }

    [Fact]
    public async Task A_script_for_everybody_leaves_one_of_its_own_alone_and_ends_with_an_empty_one()
    {
        Simulator.Script(Address, new SimulatedResponse.Match("""{"fullName":"A"}"""));
        Simulator.ScriptEverybody(SimulatedResponse.Unavailable());
        (await Client.EnrichEmailAsync(Address)).Status.Should().Be(200);
        (await Client.EnrichEmailAsync("priya.raman@example.org")).Status.Should().Be(503);

        Simulator.ScriptEverybody();

        (await Client.EnrichEmailAsync("priya.raman@example.org"))
            .Text("title")
            .Should()
            .Be("Buyer", "an outage uses none of her responses up");
    }

    [Fact]
    public async Task A_used_up_quota_is_a_403_other_than_that_of_a_bad_key()
    {
        Simulator.Script(Address, SimulatedResponse.QuotaExceeded);

        var reply = await Client.EnrichEmailAsync(Address);

        reply.Status.Should().Be(403);
        reply.Text("message").Should().StartWith("Usage limits for the provided API Key have been exceeded.");
    }

    [Theory]
    [InlineData(200, """{"fullName":"Mar""", "application/json")]
    [InlineData(200, "", "application/json")]
    [InlineData(200, "<html><body>Sign in</body></html>", "text/html")]
    [InlineData(410, "", "application/json")]
    [InlineData(422, "", "application/json")]
    [InlineData(451, """{"status":451}""", "application/json")]
    [InlineData(502, "<html></html>", "text/html")]
    public async Task Any_status_can_come_with_any_body(int status, string body, string contentType)
    {
        Simulator.Script(Address, new SimulatedResponse.Status(status, body, contentType));

        var reply = await Client.EnrichEmailAsync(Address);

        reply.Status.Should().Be(status);
        reply.Body.Should().Be(body);
        reply.Headers["Content-Type"].Should().StartWith(contentType);
    }

    [Fact]
    public async Task A_call_without_a_response_lasts_until_the_client_gives_up()
    {
        Simulator.Script(Address, new SimulatedResponse.Silence());
        using var held = Simulator.Hold(Address);
        using var timeout = new CancellationTokenSource();

        var calling = Client.EnrichEmailAsync(Address, timeout.Token);
        await held.Arrived;
        held.Release();
        calling.IsCompleted.Should().BeFalse();
        await timeout.CancelAsync();

        await calling.Awaiting(reply => reply).Should().ThrowAsync<OperationCanceledException>();
        Simulator.CallsFor(Address).Should().Be(1);
        Simulator.BilledMatches.Should().Be(0);
    }

    [Fact]
    public async Task A_dropped_connection_gets_no_response_and_the_next_call_gets_one()
    {
        Simulator.Script(Address, new SimulatedResponse.Drop(), new SimulatedResponse.Miss());

        await Client.Awaiting(client => client.EnrichEmailAsync(Address)).Should().ThrowAsync<HttpRequestException>();

        (await Client.EnrichEmailAsync(Address)).Status.Should().Be(404);
        Simulator.Calls.Should().Be(2);
    }

    [Fact]
    public void A_script_has_an_address_and_a_response()
    {
        Simulator
            .Invoking(simulator => simulator.Script(" ", new SimulatedResponse.Miss()))
            .Should()
            .Throw<ArgumentException>();
        Simulator.Invoking(simulator => simulator.Script(Address)).Should().Throw<ArgumentException>();
    }
}
