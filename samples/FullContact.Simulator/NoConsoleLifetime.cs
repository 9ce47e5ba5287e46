namespace FullContact.Simulator;

/// <summary>
/// The surrounding program decides when to stop, so the server does not handle Ctrl+C.
/// </summary>
internal sealed class NoConsoleLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
