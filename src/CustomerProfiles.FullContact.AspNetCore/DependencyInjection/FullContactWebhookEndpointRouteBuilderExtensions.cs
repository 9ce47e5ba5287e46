using System.Diagnostics.CodeAnalysis;
using CustomerProfiles.FullContact.AspNetCore;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpLogging;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the endpoint that FullContact calls back.</summary>
public static class FullContactWebhookEndpointRouteBuilderExtensions
{
    /// <summary>The path unless another is given.</summary>
    private const string DefaultPattern = "/fullcontact/webhook";

    /// <summary>
    /// Maps the endpoint for FullContact's callbacks: POST only. It allows anonymous callers, because the token in the
    /// query authenticates them; antiforgery, authorization and HTTP logging are disabled for it. Host name, rate
    /// limits and the like can be set on the returned builder.
    /// </summary>
    /// <remarks>
    /// <para>
    /// The response has an empty body: 200 when the result was recorded, now or before; 404 without a valid token; 410
    /// when the token has expired or the check no longer waits; 408, 413 or 422 when the body is too slow, too long, or
    /// has no result; 503 with <c>Retry-After</c> when it cannot be recorded now.
    /// </para>
    /// <para>
    /// The token is in the query, which this library never logs. But ASP.NET Core does: at level Information the
    /// category <c>Microsoft.AspNetCore.Hosting.Diagnostics</c> logs the address of every request as it begins, and
    /// proxies and traces often do so too. A token can complete one check once and reveals nothing. Until the check is
    /// completed, whoever reads the token could post a result in FullContact's place; a callback that is refused
    /// because of its body leaves the token valid. So keep that category at Warning, as the templates of ASP.NET Core
    /// do, and keep the query out of the logs of proxies.
    /// </para>
    /// </remarks>
    /// <param name="endpoints">Where to map it.</param>
    /// <param name="pattern">
    /// The path within the host. <see cref="FullContactWebhookOptions.PublicAddress"/> must lead to it.
    /// </param>
    /// <returns>A builder for the endpoint's conventions.</returns>
    /// <exception cref="InvalidOperationException"><c>AddFullContactWebhook</c> was not called.</exception>
    public static IEndpointConventionBuilder MapFullContactWebhook(
        this IEndpointRouteBuilder endpoints,
        [StringSyntax("Route")] string pattern = DefaultPattern
    )
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(pattern);
        if (endpoints.ServiceProvider.GetService<WebhookMarker>() is null)
        {
            throw new InvalidOperationException(
                "FullContact's webhook is not registered. Call "
                    + "AddCustomerProfiles().AddFullContact(...).AddFullContactWebhook(...) on the services "
                    + "before MapFullContactWebhook."
            );
        }

        RequestDelegate handle = static context =>
            context.RequestServices.GetRequiredService<CallbackEndpoint>().HandleAsync(context);
        return endpoints
            .MapPost(pattern, handle)
            .DisableAntiforgery()
            .AllowAnonymous()
            .WithHttpLogging(HttpLoggingFields.None)
            .WithDisplayName("FullContact webhook");
    }
}
