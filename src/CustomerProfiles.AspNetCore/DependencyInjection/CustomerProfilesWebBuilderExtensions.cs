using CustomerProfiles;
using CustomerProfiles.AspNetCore;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the HTTP API and the elements.</summary>
public static class CustomerProfilesWebBuilderExtensions
{
    /// <summary>
    /// Registers what <c>app.MapCustomerProfiles()</c> needs. It can be called several times: every
    /// <paramref name="configure"/> is applied, in order.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">
    /// Sets the options; at least <see cref="CustomerProfilesWebOptions.ReadPolicy"/> and
    /// <see cref="CustomerProfilesWebOptions.ResolveTenant"/>.
    /// </param>
    /// <returns>The builder.</returns>
    public static CustomerProfilesBuilder AddWebApi(
        this CustomerProfilesBuilder builder,
        Action<CustomerProfilesWebOptions> configure
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        var services = builder.Services;
        services.AddOptionsWithValidateOnStart<CustomerProfilesWebOptions, CustomerProfilesWebOptionsValidator>();
        services.Configure(configure);
        services.AddAuthorization();
        services.AddDataProtection();
        services.ConfigureHttpJsonOptions(json =>
        {
            // Only for the OpenAPI document: the endpoints themselves do not depend on the host's JSON options.
            if (!json.SerializerOptions.TypeInfoResolverChain.Contains(WebJson.Default))
            {
                json.SerializerOptions.TypeInfoResolverChain.Add(WebJson.Default);
            }
        });
        services.TryAddSingleton<CustomerAuthorization>();
        services.TryAddSingleton<SearchCursorProtector>();
        services.TryAddSingleton<RequestGuard>();
        services.TryAddSingleton<AssetFiles>();
        services.TryAddSingleton<WebMarker>();
        services.AddHostedService<PolicyStartCheck>();
        return builder;
    }
}
