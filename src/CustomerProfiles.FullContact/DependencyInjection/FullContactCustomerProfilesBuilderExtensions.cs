using CustomerProfiles;
using CustomerProfiles.FullContact;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers FullContact as a provider.</summary>
public static class FullContactCustomerProfilesBuilderExtensions
{
    /// <summary>
    /// Adds FullContact's Person Enrich V3 as a provider of public information. It can be called several times: every
    /// <paramref name="configure"/> is applied, in order, and the first <paramref name="http"/> that is given.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets the options; at least <see cref="FullContactOptions.ApiKey"/>.</param>
    /// <param name="http">
    /// Adds to the HTTP client, such as a proxy. It already has retries, a circuit breaker and a rate limit; more
    /// retries can pay for a result twice. Its default loggers are removed, because at level Trace they log the key; do
    /// not add them where that level may be enabled.
    /// </param>
    /// <returns>The builder.</returns>
    public static CustomerProfilesBuilder AddFullContact(
        this CustomerProfilesBuilder builder,
        Action<FullContactOptions> configure,
        Action<IHttpClientBuilder>? http = null
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        var services = builder.Services;
        services.AddOptionsWithValidateOnStart<FullContactOptions, FullContactOptionsValidator>();
        services.Configure(configure);
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IOptionsChangeTokenSource<FullContactOptions>, ConfigurationReload>()
        );
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<FullContactSettings>();
        services.TryAddSingleton<FullContactMetrics>();
        services.TryAddSingleton<AccountCircuitBreaker>();
        services.TryAddSingleton<CallLimiter>();

        var client = services.AddHttpClient(FullContactDefaults.HttpClientName);
        if (IsFirst<ClientIsSetUp>(services))
        {
            client
                // The provider has its own timeout, which uses the TimeProvider and includes the body.
                .ConfigureHttpClient(static client => client.Timeout = Timeout.InfiniteTimeSpan)
                .ConfigurePrimaryHttpMessageHandler(static () => new SocketsHttpHandler())
                // Redaction is not enough: it hides headers in the text of the factory's log lines, but at level Trace
                // their state, which structured sinks write, still has the key (HttpHeadersLogValue, as of
                // Microsoft.Extensions.Http 10.0). The provider logs each call itself. A host can add the factory's
                // loggers with the parameter "http".
                .RemoveAllLoggers();

            // Handlers that the host adds to all its clients, such as the standard resilience handler, would retry
            // without regard to cost.
#pragma warning disable EXTEXP0001 // Experimental since .NET 8; a test verifies its behaviour.
            client.RemoveAllResilienceHandlers();
#pragma warning restore EXTEXP0001
            client.AddResilienceHandler(
                FullContactPipeline.Name,
                static (pipeline, context) =>
                    FullContactPipeline.Add(
                        pipeline,
                        context.ServiceProvider.GetRequiredService<FullContactSettings>(),
                        context.ServiceProvider.GetRequiredService<CallLimiter>(),
                        context.ServiceProvider.GetRequiredService<AccountCircuitBreaker>(),
                        context.ServiceProvider.GetRequiredService<TimeProvider>(),
                        context.ServiceProvider.GetRequiredService<ILogger<FullContactProvider>>()
                    )
            );
            client.AddHttpMessageHandler(static () => new CallCounter());

            // After all handlers of the host, because a call that passes here is sent: a handler of the host may read
            // the body, replace it, or repeat a call.
            services.PostConfigure<HttpClientFactoryOptions>(
                FullContactDefaults.HttpClientName,
                static client =>
                    client.HttpMessageHandlerBuilderActions.Add(static handlers =>
                    {
                        var options = handlers.Services.GetRequiredService<FullContactSettings>().AtStart;
                        PrimaryHandler.Secure(handlers.PrimaryHandler, options);
                        var metrics = handlers.Services.GetRequiredService<FullContactMetrics>();
                        handlers.AdditionalHandlers.Add(new SendTrackingHandler(metrics, options));
                    })
            );
        }

        if (http is not null && IsFirst<ClientIsAddedTo>(services))
        {
            http(client);
        }

        return builder.AddProvider<FullContactProvider>();
    }

    /// <summary>
    /// Adds FullContact with the options of a configuration section, such as
    /// <c>configuration.GetSection("FullContact")</c>. Changes at run time take effect.
    /// </summary>
    /// <remarks>
    /// Keys have the names of the options. A <see cref="FullContactOptions.DataFilter"/> in the section replaces the
    /// default.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="section">The section.</param>
    /// <param name="http">Adds to the HTTP client, as in the other method.</param>
    /// <returns>The builder.</returns>
    public static CustomerProfilesBuilder AddFullContact(
        this CustomerProfilesBuilder builder,
        IConfiguration section,
        Action<IHttpClientBuilder>? http = null
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(section);
        builder.Services.AddSingleton<IOptionsChangeTokenSource<FullContactOptions>>(
            services => new ConfigurationReload(services.GetRequiredService<ILogger<ConfigurationReload>>(), section)
        );
        return builder.AddFullContact(
            options =>
            {
                if (section.GetSection(nameof(FullContactOptions.DataFilter)).Exists())
                {
                    // A binder adds to the list.
                    options.DataFilter = [];
                }

                section.Bind(options);
            },
            http
        );
    }

    /// <summary>
    /// Registers a marker and returns whether it is the first: whatever is added to a named client accumulates.
    /// </summary>
    private static bool IsFirst<TMark>(IServiceCollection services)
        where TMark : class, new()
    {
        var count = services.Count;
        services.TryAddSingleton(new TMark());
        return services.Count > count;
    }

    private sealed class ClientIsSetUp;

    private sealed class ClientIsAddedTo;
}
