using System.Net;
using FullContact.Simulator;

namespace CustomerProfiles.FullContact.Tests.Simulator;

public sealed class LifetimeTests
{
    [Fact]
    public async Task It_listens_on_the_loopback_address_over_http()
    {
        await using var simulator = await FullContactSimulator.StartAsync();

        simulator.BaseAddress.Scheme.Should().Be("http");
        simulator.BaseAddress.Host.Should().Be("127.0.0.1");
        simulator.BaseAddress.AbsolutePath.Should().Be("/");
        simulator.BaseAddress.Port.Should().BePositive();
    }

    [Fact]
    public async Task Two_simulators_stand_side_by_side_and_know_nothing_of_each_other()
    {
        await using var one = await FullContactSimulator.StartAsync();
        await using var other = await FullContactSimulator.StartAsync();
        using var client = new SimulatorClient(one);
        one.Script("a@example.com", SimulatedResponse.Unavailable());

        await client.EnrichEmailAsync("a@example.com");

        one.Calls.Should().Be(1);
        other.Calls.Should().Be(0);
        other.BaseAddress.Should().NotBe(one.BaseAddress);
    }

    [Fact]
    public async Task It_takes_the_key_that_it_was_started_with()
    {
        await using var simulator = await FullContactSimulator.StartAsync("a-key-of-my-own");
        using var client = new SimulatorClient(simulator);

        (await client.EnrichEmailAsync("maria.quill@example.org")).Status.Should().Be(200);
        (await client.EnrichWithAsync($"Bearer {FullContactSimulator.DefaultApiKey}")).Status.Should().Be(401);
    }

    [Fact]
    public async Task It_takes_the_port_that_it_was_given_and_fails_on_one_that_is_taken()
    {
        await using var simulator = await FullContactSimulator.StartAsync();

        var second = () => FullContactSimulator.StartAsync(port: simulator.BaseAddress.Port);

        await second.Should().ThrowAsync<IOException>();
    }

    [Fact]
    public async Task Stopping_cuts_off_whoever_is_still_waiting()
    {
        var simulator = await FullContactSimulator.StartAsync();
        using var client = new SimulatorClient(simulator);
        simulator.Script("a@example.com", new SimulatedResponse.Silence());
        using var held = simulator.Hold("a@example.com");
        var calling = client.EnrichEmailAsync("a@example.com");
        await held.Arrived;

        await simulator.DisposeAsync();

        await calling.Awaiting(reply => reply).Should().ThrowAsync<HttpRequestException>();
    }

    [Fact]
    public async Task Stopping_twice_is_harmless()
    {
        var simulator = await FullContactSimulator.StartAsync();
        await simulator.DisposeAsync();

        await simulator.Awaiting(stopped => stopped.DisposeAsync().AsTask()).Should().NotThrowAsync();
    }
}
