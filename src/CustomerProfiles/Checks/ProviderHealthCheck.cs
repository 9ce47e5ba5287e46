using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CustomerProfiles;

/// <summary>
/// Whether every provider can be asked. It looks at what the providers know of themselves and asks nobody anything, so
/// it costs nothing.
/// </summary>
internal sealed class ProviderHealthCheck(ProviderRegistry providers, CheckBudget budget) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(context);
        var paused = providers
            .All.Select(provider => (provider.Name, Pause: provider.Pause ?? budget.PauseOf(provider)))
            .Where(provider => provider.Pause is not null)
            .ToArray();
        return Task.FromResult(
            paused.Length == 0
                ? HealthCheckResult.Healthy("Every provider can be asked.")
                : new HealthCheckResult(
                    StatusOf(paused.Select(provider => provider.Pause!.Failure), context.Registration.FailureStatus),
                    string.Join(
                        " ",
                        paused.Select(provider =>
                            $"{provider.Name} is not asked ({provider.Pause!.Failure}): {provider.Pause.Remedy}"
                        )
                    ),
                    data: paused.ToDictionary(
                        provider => provider.Name,
                        object (provider) => provider.Pause!.Failure.ToString()
                    )
                )
        );
    }

    /// <summary>
    /// What ends by itself is degraded at worst: nobody has to do anything. Anything else is as bad as the host says.
    /// </summary>
    private static HealthStatus StatusOf(IEnumerable<ProviderFailure> failures, HealthStatus worst) =>
        worst == HealthStatus.Unhealthy
        && failures.All(failure => failure is ProviderFailure.Throttled or ProviderFailure.Unavailable)
            ? HealthStatus.Degraded
            : worst;
}
