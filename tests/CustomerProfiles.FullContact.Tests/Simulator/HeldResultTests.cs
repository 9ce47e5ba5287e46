using FullContact.Simulator;

namespace CustomerProfiles.FullContact.Tests.Simulator;

public sealed class HeldResultTests : SimulatorFixture
{
    private const string Maria = "maria.quill@example.org";

    [Fact]
    public async Task A_held_response_waits_for_its_release()
    {
        using var held = Simulator.Hold(" MARIA.quill@example.org");
        var calling = Client.EnrichEmailAsync(Maria);

        await held.Arrived;
        calling.IsCompleted.Should().BeFalse();
        Simulator.CallsFor(Maria).Should().Be(1);

        held.Release();
        (await calling).Status.Should().Be(200);
    }

    [Fact]
    public async Task Nothing_has_arrived_before_the_first_call_and_others_are_not_held()
    {
        using var held = Simulator.Hold(Maria);

        (await Client.EnrichEmailAsync("tomas.brandt@example.net")).Status.Should().Be(200);

        held.Arrived.IsCompleted.Should().BeFalse();
    }

    [Fact]
    public async Task After_its_release_a_hold_holds_nothing_and_releasing_it_twice_is_harmless()
    {
        using var held = Simulator.Hold(Maria);
        held.Release();
        held.Release();

        (await Client.EnrichEmailAsync(Maria)).Status.Should().Be(200);
    }

    [Fact]
    public async Task Disposing_of_a_hold_releases_the_response()
    {
        var held = Simulator.Hold(Maria);
        var calling = Client.EnrichEmailAsync(Maria);
        await held.Arrived;

        held.Dispose();

        (await calling).Status.Should().Be(200);
    }

    [Fact]
    public async Task A_client_may_cancel_a_held_call()
    {
        using var held = Simulator.Hold(Maria);
        using var timeout = new CancellationTokenSource();
        var calling = Client.EnrichEmailAsync(Maria, timeout.Token);
        await held.Arrived;

        await timeout.CancelAsync();

        await calling.Awaiting(reply => reply).Should().ThrowAsync<OperationCanceledException>();
        Simulator.BilledMatches.Should().Be(0);
    }
}
