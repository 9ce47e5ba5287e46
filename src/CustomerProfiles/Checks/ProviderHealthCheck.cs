using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CustomerProfiles;

/// <summary>
/// Reports whether every provider can be called. It reads the pauses and budgets that this host knows and calls nobody.
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
                ? HealthCheckResult.Healthy("Every provider can be called.")
                : new HealthCheckResult(
                    StatusOf(paused.Select(provider => provider.Pause!.Failure), context.Registration.FailureStatus),
                    string.Join(
                        " ",
                        paused.Select(provider =>
                            $"{provider.Name} is not called ({provider.Pause!.Failure}): {provider.Pause.Remedy}"
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
    /// A failure that ends by itself is at worst degraded, because nobody has to act. Others report the status that the
    /// host has set.
    /// </summary>
    private static HealthStatus StatusOf(IEnumerable<ProviderFailure> failures, HealthStatus worst) =>
        worst == HealthStatus.Unhealthy
        && failures.All(failure => failure is ProviderFailure.Throttled or ProviderFailure.Unavailable)
            ? HealthStatus.Degraded
            : worst;
}
