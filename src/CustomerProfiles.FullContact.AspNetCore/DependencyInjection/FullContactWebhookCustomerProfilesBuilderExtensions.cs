using CustomerProfiles;
using CustomerProfiles.FullContact;
using CustomerProfiles.FullContact.AspNetCore;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers FullContact's webhook mode.</summary>
public static class FullContactWebhookCustomerProfilesBuilderExtensions
{
    /// <summary>
    /// Has FullContact send its answers by itself where it needs time, instead of being asked again. The endpoint that
    /// takes them is mapped with <c>MapFullContactWebhook</c>. Can safely be called several times: every
    /// <paramref name="configure"/> is applied, in order.
    /// </summary>
    /// <remarks>
    /// Beside <c>AddFullContact</c>. If an answer does not come within
    /// <see cref="FullContactWebhookOptions.CallbackTimeout"/>, the question is put again without the webhook.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets the options; at the least <see cref="FullContactWebhookOptions.PublicAddress"/> and
    /// one of <see cref="FullContactWebhookOptions.SigningKeys"/>.</param>
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
