using CustomerProfiles.Stores;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CustomerProfiles;

/// <summary>Reports whether the events of a customer have stopped, of all tenants and hosts.</summary>
internal sealed class EventHealthCheck(ICustomerProfileStore store) : IHealthCheck
{
    private const int MostCounted = 100;

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(context);
        var stopped = await StoreEvents
            .Of(store)
            .GetStoppedEventsAsync(MostCounted, cancellationToken)
            .ConfigureAwait(false);
        var count = stopped.Length < MostCounted ? $"{stopped.Length}" : $"{MostCounted} or more";
        return stopped.IsEmpty
            ? HealthCheckResult.Healthy("The events of no customer have stopped.")
            : new HealthCheckResult(
                context.Registration.FailureStatus,
                $"The events of {count} customers have stopped, because the handler failed too often. Their later "
                    + "events wait. Mend the handler, list them with ICustomerEventRunner.GetStoppedAsync, and call "
                    + "RetryAsync or SkipAsync."
            );
    }
}
