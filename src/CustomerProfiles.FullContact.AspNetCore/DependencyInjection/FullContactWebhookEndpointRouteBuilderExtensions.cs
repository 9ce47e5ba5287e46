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
    /// Maps the endpoint that takes FullContact's answers: POST only. It is open to everybody, for the token in the
    /// query is what lets a caller in; antiforgery, authorization and HTTP logging are off for it. Host name, rate
    /// limits and the like can be set on what is returned.
    /// </summary>
    /// <remarks>
    /// <para>
    /// It answers with an empty body: 200 when the answer was taken, now or before; 404 without a token of this host;
    /// 410 when the token has expired or nobody waits for the answer any more; 408, 413 or 422 when the body is too
    /// slow, too long, or no answer; 503 with <c>Retry-After</c> when it cannot be recorded now.
    /// </para>
    /// <para>
    /// The token is in the query, and this library writes the query nowhere. But ASP.NET Core itself does: at level
    /// Information the category <c>Microsoft.AspNetCore.Hosting.Diagnostics</c> logs the address of every request as it
    /// begins, and proxies and traces often do so too. A token answers one check once: after its answer was taken, or
    /// the question was put again, it opens nothing, and it never shows anything. Until then, whoever reads it could
    /// answer in FullContact's place. A callback that was refused because of its body leaves its token good. So keep
    /// that category at Warning, as the templates of ASP.NET Core do, and the query out of the proxy's log, where
    /// others can read them.
    /// </para>
    /// </remarks>
    /// <param name="endpoints">Where to map it.</param>
    /// <param name="pattern">The path within the host. <see cref="FullContactWebhookOptions.PublicAddress"/> is to lead
    /// to it.</param>
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
