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
) : RunnerService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The start of the host must not wait for the first check.
        await Task.Yield();
        var counting = Task.CompletedTask;
        while (!stoppingToken.IsCancellationRequested && !runner.IsDisposed)
        {
            try
            {
                await runner.RunAsync(stoppingToken, Abort).ConfigureAwait(false);

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
