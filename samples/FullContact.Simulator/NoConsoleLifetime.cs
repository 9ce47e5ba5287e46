namespace FullContact.Simulator;

/// <summary>
/// The program around decides when to end; a server inside another program must not listen to Ctrl+C itself.
/// </summary>
internal sealed class NoConsoleLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
