using FullContact.Simulator;

namespace CustomerProfiles.FullContact.Tests.Simulator;

/// <summary>
/// A simulator and a client of its own for each test, so that no test sees another's scripts or counts.
/// </summary>
public abstract class SimulatorFixture : IAsyncLifetime
{
    private protected FullContactSimulator Simulator { get; private set; } = null!;

    private protected SimulatorClient Client { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Simulator = await FullContactSimulator.StartAsync();
        Client = new SimulatorClient(Simulator);
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        await Simulator.DisposeAsync();
    }
}
