using Microsoft.Extensions.Options;

namespace CustomerProfiles;

/// <summary>
/// Delivers events as long as the host lives. When the host stops, nothing more is claimed; the handlers that run are
/// waited for, or cancelled when the host's shutdown timeout ends.
/// </summary>
internal sealed class CustomerEventService(
    CustomerEventRunner runner,
    IOptions<CustomerEventOptions> options,
    TimeProvider time,
    CustomerProfilesTelemetry telemetry
) : RunnerService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The start of the host must not wait for the first event.
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await runner.RunAsync(stoppingToken, Abort).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception exception)
            {
                telemetry.Logger.DeliveryFailed(exception.GetType().Name);
            }

            await Task.Delay(options.Value.PollInterval, time, stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
