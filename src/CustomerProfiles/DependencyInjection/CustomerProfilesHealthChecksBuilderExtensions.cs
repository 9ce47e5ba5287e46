using CustomerProfiles.Diagnostics;
using CustomerProfiles.Enrichment;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the library's health check.</summary>
public static class CustomerProfilesHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds a health check that fails while a provider is not asked although checks may wait for it: a wrong key, a used-up quota or budget, a wrong
    /// address. Its description says what to do. It calls no provider. Needs <c>AddCustomerProfiles</c>; call it once.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The check's name.</param>
    /// <param name="failureStatus">What to report while a provider is paused; null for unhealthy.</param>
    /// <param name="tags">The check's tags.</param>
    /// <returns>The builder.</returns>
    public static IHealthChecksBuilder AddCustomerProfiles(
        this IHealthChecksBuilder builder, string name = "customerprofiles", HealthStatus? failureStatus = null, IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(new HealthCheckRegistration(
            name,
            services => new ProviderHealthCheck(services.GetRequiredService<ProviderDirectory>(), services.GetRequiredService<CheckBudget>()),
            failureStatus,
            tags));
    }
}
