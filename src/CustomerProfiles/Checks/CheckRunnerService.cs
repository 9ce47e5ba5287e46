using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace CustomerProfiles;

/// <summary>
/// Runs checks as long as the host lives. When the host stops, no new check starts; those under way finish, or are
/// released when the host's shutdown timeout ends.
/// </summary>
internal sealed class CheckRunnerService(
    CheckRunner runner,
    CheckSignal signal,
    PendingCheckGauge pending,
    IOptions<CustomerProfilesOptions> options,
    TimeProvider time,
    CustomerProfilesTelemetry telemetry
) : BackgroundService
{
    // Never disposed: a host that is disposed while it stops would cancel a disposed source. It has no timer to free.
    private readonly CancellationTokenSource _abort = new();

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await using var registration = cancellationToken.Register(_abort.Cancel).ConfigureAwait(false);

        // Waits without a token: checks under way end by themselves, or by the abort, and must be released.
        await base.StopAsync(CancellationToken.None).ConfigureAwait(false);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The start of the host must not wait for the first check.
        await Task.Yield();
        var counting = Task.CompletedTask;
        while (!stoppingToken.IsCancellationRequested && !runner.IsDisposed)
        {
            try
            {
                await runner.RunAsync(stoppingToken, _abort.Token).ConfigureAwait(false);

                // Nothing waits for the count, however long the store takes.
                counting = counting.IsCompleted ? pending.CountIfDueAsync(stoppingToken) : counting;
            }
            catch (Exception exception)
            {
                telemetry.Logger.SweepFailed(exception.GetType().Name);
            }

            await WaitAsync(stoppingToken).ConfigureAwait(false);
        }

        await counting.ConfigureAwait(false);
    }

    private async Task WaitAsync(CancellationToken stoppingToken)
    {
        using var woken = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var sweep = Task.Delay(options.Value.SweepInterval, time, woken.Token);
        await Task.WhenAny(sweep, signal.WaitAsync(woken.Token)).ConfigureAwait(false);
        await woken.CancelAsync().ConfigureAwait(false);
    }
}
