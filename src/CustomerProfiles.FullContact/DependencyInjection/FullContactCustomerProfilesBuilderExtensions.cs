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
    /// Adds FullContact's Person Enrich V3 as a provider of public information. Can safely be called several times:
    /// every <paramref name="configure"/> is applied, in order, and the first <paramref name="http"/> that is given.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets the options; at the least <see cref="FullContactOptions.ApiKey"/>.</param>
    /// <param name="http"> Adds to the HTTP client, such as a proxy. Retries, a circuit breaker and a limit of calls
    /// are there already; more retries can pay for an answer twice. Its default loggers are removed, for at level Trace
    /// they pass the key on; do not bring them back where somebody may turn that level on.
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
                // The provider's own time-out runs on the TimeProvider, and over the body as well.
                .ConfigureHttpClient(static client => client.Timeout = Timeout.InfiniteTimeSpan)
                .ConfigurePrimaryHttpMessageHandler(static () => new SocketsHttpHandler())
                // Redaction of headers is not enough: it hides them in the text of the factory's log lines, but at
                // level Trace the lines' state, which structured sinks write out, still holds the key
                // (HttpHeadersLogValue, as of Microsoft.Extensions.Http 10.0). The provider has a line of its own for
                // each call instead. A host that wants the factory's back says so by the parameter "http".
                .RemoveAllLoggers();

            // What a host adds to all its clients, such as the standard handler, tries a call again without a thought
            // of what it costs.
#pragma warning disable EXTEXP0001 // Said to be experimental since .NET 8; a test holds it to what it does.
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

            // After whatever the host adds to the client, for what passes here goes out: a handler of the host's may
            // read the body, put another in its place, or repeat a call.
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
    /// Adds FullContact with the options that stand in a configuration section, such as
    /// <c>configuration.GetSection("FullContact")</c>. What is changed there at run time is taken up.
    /// </summary>
    /// <remarks>
    /// Keys are named like the options. A <see cref="FullContactOptions.DataFilter"/> that stands there replaces the
    /// one that is set otherwise.
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
                    // A binder adds to a list.
                    options.DataFilter = [];
                }

                section.Bind(options);
            },
            http
        );
    }

    /// <summary>
    /// Leaves a mark among the services and tells whether it was missing: what is added to a named client stacks up.
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
