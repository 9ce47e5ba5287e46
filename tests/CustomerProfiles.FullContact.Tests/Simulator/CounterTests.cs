using FullContact.Simulator;

namespace CustomerProfiles.FullContact.Tests.Simulator;

public sealed class CounterTests : SimulatorFixture
{
    private const string Maria = "maria.quill@example.org";

    [Fact]
    public void Nothing_is_counted_before_the_first_call()
    {
        Simulator.Calls.Should().Be(0);
        Simulator.CallsFor(Maria).Should().Be(0);
        Simulator.BilledMatches.Should().Be(0);
        Simulator.MostAtOnceAboutOneAddress.Should().Be(0);
        Simulator.LastBody.Should().BeNull();
    }

    [Fact]
    public async Task Calls_are_counted_altogether_and_by_address()
    {
        await Client.EnrichEmailAsync(Maria);
        await Client.EnrichEmailAsync(" Maria.Quill@Example.ORG");
        await Client.EnrichEmailAsync("stranger@example.com");

        Simulator.Calls.Should().Be(3);
        Simulator.CallsFor("MARIA.QUILL@example.org ").Should().Be(2);
        Simulator.CallsFor("stranger@example.com").Should().Be(1);
    }

    [Fact]
    public async Task A_request_that_names_an_address_twice_is_one_call_about_it()
    {
        await Client.EnrichAsync($$"""{"email":"{{Maria}}","emails":["{{Maria}}","stranger@example.com"]}""");

        Simulator.CallsFor(Maria).Should().Be(1);
        Simulator.CallsFor("stranger@example.com").Should().Be(1);
        Simulator.Calls.Should().Be(1);
    }

    [Fact]
    public async Task A_refused_request_is_a_call_and_is_not_billed()
    {
        await Client.EnrichWithAsync(null);
        await Client.EnrichWithAsync("Bearer wrong");
        await Client.EnrichAsync("not json");

        Simulator.Calls.Should().Be(3);
        Simulator.BilledMatches.Should().Be(0);
    }

    [Fact]
    public async Task Only_matches_are_billed()
    {
        await Client.EnrichEmailAsync("liam.okafor@example.net");
        await Client.EnrichEmailAsync("greta.holm@example.org");
        await Client.EnrichEmailAsync("bogdan.ilic@example.net");
        await Client.EnrichEmailAsync("wendy.marsh@example.org");
        await Client.EnrichEmailAsync("stranger@example.com");
        Simulator.BilledMatches.Should().Be(0);

        await Client.EnrichEmailAsync("liam.okafor@example.net");
        await Client.EnrichEmailAsync(Maria);
        await Client.EnrichEmailAsync(Maria);
        Simulator.BilledMatches.Should().Be(3);
    }

    [Fact]
    public async Task Sequential_requests_are_never_concurrent()
    {
        for (var call = 0; call < 50; call++)
        {
            // Each on a connection of its own, because one connection handles one request at a time.
            using var client = new SimulatorClient(Simulator);
            await client.EnrichEmailAsync(Maria);
        }

        Simulator.MostAtOnceAboutOneAddress.Should().Be(1);
    }

    [Fact]
    public async Task Concurrent_requests_are_counted_per_person()
    {
        Simulator.Script(Maria, new SimulatedResponse.Silence());
        Simulator.Script("b@example.com", new SimulatedResponse.Silence());
        using var timeout = new CancellationTokenSource();

        // A new hold takes the next request, so that each of them is known to have arrived while the earlier ones run.
        List<Task<Reply>> calling = [];
        foreach (var address in new[] { Maria, Maria, Maria, "b@example.com" })
        {
            using var held = Simulator.Hold(address);
            calling.Add(Client.EnrichEmailAsync(address, timeout.Token));
            await held.Arrived;
        }

        Simulator.MostAtOnceAboutOneAddress.Should().Be(3);
        await timeout.CancelAsync();
        await Task.WhenAll(calling).Awaiting(all => all).Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task The_last_body_is_kept_as_it_was_sent()
    {
        await Client.EnrichAsync("""{"email":"maria.quill@example.org"}""");
        const string last =
            """{ "emails":["tomas.brandt@example.net"], "dataFilter":["social"], "confidence":"HIGH" }""";
        await Client.EnrichAsync(last);

        Simulator.LastBody.Should().Be(last);
    }
}
