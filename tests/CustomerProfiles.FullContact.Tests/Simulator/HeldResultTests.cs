using FullContact.Simulator;

namespace CustomerProfiles.FullContact.Tests.Simulator;

public sealed class HeldResultTests : SimulatorFixture
{
    private const string Maria = "maria.quill@example.org";

    [Fact]
    public async Task A_held_answer_waits_for_its_release()
    {
        using var held = Simulator.Hold(" MARIA.quill@example.org");
        var asked = Client.AskAboutAsync(Maria);

        await held.Arrived;
        asked.IsCompleted.Should().BeFalse();
        Simulator.CallsFor(Maria).Should().Be(1);

        held.Release();
        (await asked).Status.Should().Be(200);
    }

    [Fact]
    public async Task Nothing_has_arrived_before_anybody_asks_and_others_are_not_held()
    {
        using var held = Simulator.Hold(Maria);

        (await Client.AskAboutAsync("tomas.brandt@example.net")).Status.Should().Be(200);

        held.Arrived.IsCompleted.Should().BeFalse();
    }

    [Fact]
    public async Task After_its_release_a_hold_holds_nothing_and_releasing_it_twice_is_harmless()
    {
        using var held = Simulator.Hold(Maria);
        held.Release();
        held.Release();

        (await Client.AskAboutAsync(Maria)).Status.Should().Be(200);
    }

    [Fact]
    public async Task Disposing_of_a_hold_lets_the_answer_go()
    {
        var held = Simulator.Hold(Maria);
        var asked = Client.AskAboutAsync(Maria);
        await held.Arrived;

        held.Dispose();

        (await asked).Status.Should().Be(200);
    }

    [Fact]
    public async Task A_client_may_give_up_on_a_held_answer()
    {
        using var held = Simulator.Hold(Maria);
        using var timeout = new CancellationTokenSource();
        var asked = Client.AskAboutAsync(Maria, timeout.Token);
        await held.Arrived;

        await timeout.CancelAsync();

        await asked.Awaiting(reply => reply).Should().ThrowAsync<OperationCanceledException>();
        Simulator.BilledMatches.Should().Be(0);
    }
}
