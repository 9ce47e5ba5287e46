using FullContact.Simulator;

namespace CustomerProfiles.FullContact.Tests.Simulator;

public sealed class RateTests
{
    private const string Maria = "maria.quill@example.org";

    [Fact]
    public async Task Without_a_rate_nothing_is_delayed()
    {
        var clock = new HastyClock();
        await using var simulator = await FullContactSimulator.StartAsync(new SimulatorOptions { Time = clock });

        (await DelaysAsync(simulator, 5)).Should().Equal("0", "0", "0", "0", "0");
        clock.Waits.Should().BeEmpty();
        simulator.RequestsPerMinute.Should().BeNull();
    }

    [Fact]
    public async Task Whoever_is_early_is_delayed_by_so_much()
    {
        var clock = new HastyClock();
        await using var simulator = await FullContactSimulator.StartAsync(
            new SimulatorOptions { Time = clock, RequestsPerMinute = 6000 }
        );
        using var client = new SimulatorClient(simulator);

        (await client.EnrichEmailAsync(Maria)).Headers["X-FullContact-RateDelay"].Should().Be("0");
        clock.Advance(TimeSpan.FromMilliseconds(5));
        (await client.EnrichEmailAsync(Maria)).Headers["X-FullContact-RateDelay"].Should().Be("5");
        clock.Advance(TimeSpan.FromMilliseconds(10));
        (await client.EnrichEmailAsync(Maria)).Headers["X-FullContact-RateDelay"].Should().Be("0");

        clock.Waits.Should().Equal(TimeSpan.FromMilliseconds(5));
        simulator.CallLog.Select(call => call.RateDelay.TotalMilliseconds).Should().Equal(0, 5, 0);
    }

    [Fact]
    public async Task A_second_is_the_longest_delay_and_is_no_refusal()
    {
        await using var simulator = await FullContactSimulator.StartAsync(
            new SimulatorOptions { Time = new HastyClock(), RequestsPerMinute = 60 }
        );

        (await DelaysAsync(simulator, 3)).Should().Equal("0", "1000", "1000");
        simulator.BilledMatches.Should().Be(3);
    }

    [Fact]
    public async Task Above_that_it_is_a_429_after_the_longest_delay_and_an_immediate_retry_is_safe()
    {
        var clock = new HastyClock();
        await using var simulator = await FullContactSimulator.StartAsync(
            new SimulatorOptions { Time = clock, RequestsPerMinute = 30 }
        );
        using var client = new SimulatorClient(simulator);
        simulator.Script(Maria, SimulatedResponse.QueuedThen(1, new SimulatedResponse.Match("{}")));

        var first = await client.EnrichEmailAsync(Maria);
        var second = await client.EnrichEmailAsync(Maria);
        var third = await client.EnrichEmailAsync(Maria);

        first.Status.Should().Be(202);
        second.Status.Should().Be(429);
        second.Text("message").Should().Be("Rate limit exceeded. Please retry.");
        second.Headers["X-FullContact-RateDelay"].Should().Be("1000");
        second.Headers["X-Rate-Limit-Remaining"].Should().Be("10");
        third.Status.Should().Be(200, "a refusal uses no response of the script up");
        clock.Waits.Should().Equal(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        simulator.BilledMatches.Should().Be(1);
        simulator.CallsFor(Maria).Should().Be(2);
        simulator.Calls.Should().Be(3);
    }

    [Fact]
    public async Task The_response_really_waits()
    {
        var clock = new WatchedClock();
        await using var simulator = await FullContactSimulator.StartAsync(
            new SimulatorOptions { Time = clock, RequestsPerMinute = 120 }
        );
        using var client = new SimulatorClient(simulator);
        await client.EnrichEmailAsync(Maria);

        var calling = client.EnrichEmailAsync(Maria);
        await clock.WaitedOn;
        clock.Advance(TimeSpan.FromMilliseconds(499));
        calling.IsCompleted.Should().BeFalse();
        simulator.CallsFor(Maria).Should().Be(1);
        clock.Advance(TimeSpan.FromMilliseconds(1));

        (await calling).Headers["X-FullContact-RateDelay"].Should().Be("500");
    }

    [Fact]
    public async Task Refused_requests_and_wrong_paths_count_for_the_rate()
    {
        await using var simulator = await FullContactSimulator.StartAsync(
            new SimulatorOptions { Time = new HastyClock(), RequestsPerMinute = 60 }
        );
        using var client = new SimulatorClient(simulator);

        (await client.EnrichWithAsync(null)).Headers["X-FullContact-RateDelay"].Should().Be("0");
        (await client.SendAsync(new HttpRequestMessage(HttpMethod.Get, "elsewhere")))
            .Headers["X-FullContact-RateDelay"]
            .Should()
            .Be("1000");
        (await client.EnrichAsync("no json")).Headers["X-FullContact-RateDelay"].Should().Be("1000");
    }

    [Fact]
    public async Task The_rate_can_be_set_while_it_runs()
    {
        await using var simulator = await FullContactSimulator.StartAsync(
            new SimulatorOptions { Time = new HastyClock() }
        );

        simulator.RequestsPerMinute = 60;
        (await DelaysAsync(simulator, 2)).Should().Equal("0", "1000");
        simulator.RequestsPerMinute = null;
        (await DelaysAsync(simulator, 2)).Should().Equal("0", "0");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task A_rate_is_positive(int rate)
    {
        await using var simulator = await FullContactSimulator.StartAsync();

        simulator.Invoking(running => running.RequestsPerMinute = rate).Should().Throw<ArgumentOutOfRangeException>();
    }

    private static async Task<List<string>> DelaysAsync(FullContactSimulator simulator, int count)
    {
        using var client = new SimulatorClient(simulator);
        List<string> delays = [];
        for (var call = 0; call < count; call++)
        {
            delays.Add((await client.EnrichEmailAsync(Maria)).Headers["X-FullContact-RateDelay"]);
        }

        return delays;
    }
}
