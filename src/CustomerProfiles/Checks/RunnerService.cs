using Microsoft.Extensions.Hosting;

namespace CustomerProfiles;

/// <summary>
/// A background service that stops in two steps: first it starts nothing more, and what it has under way goes on; when
/// the host's shutdown timeout ends, that is cancelled too.
/// </summary>
internal abstract class RunnerService : BackgroundService
{
    // Never disposed: a host that is disposed while it stops would cancel a disposed source. It has no timer to free.
    private readonly CancellationTokenSource _abort = new();

    /// <summary>Cancelled when the host's shutdown timeout ends.</summary>
    protected CancellationToken Abort => _abort.Token;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await using var registration = cancellationToken.Register(_abort.Cancel).ConfigureAwait(false);

        // Waits without a token: what is under way ends by itself, or by the abort, and its result must be written.
        await base.StopAsync(CancellationToken.None).ConfigureAwait(false);
    }
}
