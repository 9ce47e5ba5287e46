using CustomerProfiles;
using CustomerProfiles.FullContact;
using CustomerProfiles.FullContact.AspNetCore;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers FullContact's webhook mode.</summary>
public static class FullContactWebhookCustomerProfilesBuilderExtensions
{
    /// <summary>
    /// Makes FullContact post its result when it needs time, so that the lookup need not be repeated. Map the endpoint
    /// with <c>MapFullContactWebhook</c>. It can be called several times: every <paramref name="configure"/> is
    /// applied, in order.
    /// </summary>
    /// <remarks>
    /// Requires <c>AddFullContact</c>. If no callback arrives within <see
    /// cref="FullContactWebhookOptions.CallbackTimeout"/>, the request is repeated without the webhook.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">
    /// Sets the options; at least <see cref="FullContactWebhookOptions.PublicAddress"/> and one of <see
    /// cref="FullContactWebhookOptions.SigningKeys"/>.
    /// </param>
    /// <returns>The builder.</returns>
    public static CustomerProfilesBuilder AddFullContactWebhook(
        this CustomerProfilesBuilder builder,
        Action<FullContactWebhookOptions> configure
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        var services = builder.Services;
        services.AddOptionsWithValidateOnStart<FullContactWebhookOptions, FullContactWebhookOptionsValidator>();
        services.Configure(configure);
        services.TryAddSingleton(provider => new CallbackTokenProtector(
            provider.GetRequiredService<Options.IOptions<FullContactWebhookOptions>>()
        ));
        services.TryAddSingleton<IFullContactWebhook, FullContactWebhook>();
        services.TryAddSingleton<CallbackEndpoint>();
        services.TryAddSingleton<WebhookMarker>();
        return builder;
    }
}
