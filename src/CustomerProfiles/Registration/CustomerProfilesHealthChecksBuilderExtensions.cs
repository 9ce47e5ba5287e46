using CustomerProfiles;
using CustomerProfiles.Stores;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the library's health checks.</summary>
public static class CustomerProfilesHealthChecksBuilderExtensions
{
    private static readonly TimeSpan StoreLimit = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Adds a health check that fails while a provider is not called although checks may wait for it: an invalid key,
    /// an exhausted quota or budget, a wrong endpoint. Its description says what to do. It calls no provider. Needs
    /// <c>AddCustomerProfiles</c>; call it once.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The check's name.</param>
    /// <param name="failureStatus">What to report while a provider is paused; null for unhealthy.</param>
    /// <param name="tags">The check's tags.</param>
    /// <returns>The builder.</returns>
    public static IHealthChecksBuilder AddCustomerProfiles(
        this IHealthChecksBuilder builder,
        string name = "customerprofiles",
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(
            new HealthCheckRegistration(
                name,
                services => new ProviderHealthCheck(
                    services.GetRequiredService<ProviderRegistry>(),
                    services.GetRequiredService<CheckBudget>()
                ),
                failureStatus,
                tags
            )
        );
    }

    /// <summary>
    /// Adds a health check that fails while the store does not respond. It reads one customer who does not exist. Its
    /// description says what to do, and holds no message of the store. Needs <c>AddCustomerProfiles</c>; call it once.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The check's name.</param>
    /// <param name="failureStatus">What to report while the store does not respond; null for unhealthy.</param>
    /// <param name="tags">The check's tags.</param>
    /// <param name="within">How long the store may take, above zero; null for 5 seconds.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="within"/> is zero or below.</exception>
    public static IHealthChecksBuilder AddCustomerProfilesStore(
        this IHealthChecksBuilder builder,
        string name = "customerprofiles-store",
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null,
        TimeSpan? within = null
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        var limit = within ?? StoreLimit;
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(limit, TimeSpan.Zero, nameof(within));
        return builder.Add(
            new HealthCheckRegistration(
                name,
                services => new StoreHealthCheck(
                    services.GetRequiredService<ICustomerProfileStore>(),
                    services.GetRequiredService<TimeProvider>(),
                    limit
                ),
                failureStatus,
                tags
            )
        );
    }

    /// <summary>
    /// Adds a health check that fails while the events of a customer have stopped, because the host's handler failed
    /// too often. Its description says what to do. Needs <c>AddEvents</c>; call it once.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The check's name.</param>
    /// <param name="failureStatus">What to report while events have stopped; null for unhealthy.</param>
    /// <param name="tags">The check's tags.</param>
    /// <returns>The builder.</returns>
    public static IHealthChecksBuilder AddCustomerProfilesEvents(
        this IHealthChecksBuilder builder,
        string name = "customerprofiles-events",
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(
            new HealthCheckRegistration(
                name,
                services => new EventHealthCheck(services.GetRequiredService<ICustomerProfileStore>()),
                failureStatus,
                tags
            )
        );
    }
}
