using System.Diagnostics.CodeAnalysis;
using CustomerProfiles.AspNetCore;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpLogging;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the HTTP API of customer profiles, and the elements on it.</summary>
public static class CustomerProfilesEndpointRouteBuilderExtensions
{
    /// <summary>The prefix unless another is given.</summary>
    private const string DefaultPattern = "/customer-profiles";

    /// <summary>
    /// Maps the endpoints for reading, creating, editing and merging customer profiles, their history and
    /// administering, as far as <see cref="CustomerProfilesWebOptions"/> names policies for them, and
    /// <c>elements.js</c> with what it needs.
    /// </summary>
    /// <remarks>
    /// <para>
    /// A page loads <c>&lt;script type="module" src="/customer-profiles/elements.js"&gt;</c> and then has
    /// <c>&lt;customer-profile customer-id="..."&gt;</c>, <c>&lt;customer-search&gt;</c> and
    /// <c>&lt;customer-merge from-id="..." into-id="..."&gt;</c>. These files hold no data and are served to everybody.
    /// </para>
    /// <para>
    /// Host name, rate limits and the like can be set on the returned builder. Anonymous access cannot: an endpoint
    /// with data that allows it fails when it is built.
    /// </para>
    /// </remarks>
    /// <param name="endpoints">Where to map them.</param>
    /// <param name="pattern">The prefix of every path.</param>
    /// <returns>A builder for the conventions of all endpoints.</returns>
    /// <exception cref="InvalidOperationException"><c>AddWebApi</c> was not called.</exception>
    /// <exception cref="OptionsValidationException">An option is missing or wrong; the message names it.</exception>
    public static IEndpointConventionBuilder MapCustomerProfiles(
        this IEndpointRouteBuilder endpoints,
        [StringSyntax("Route")] string pattern = DefaultPattern
    )
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(pattern);
        var services = endpoints.ServiceProvider;
        if (services.GetService<WebMarker>() is null)
        {
            throw new InvalidOperationException(
                "The web API of customer profiles is not registered. Call AddCustomerProfiles().AddWebApi(...) on the "
                    + "services before MapCustomerProfiles."
            );
        }

        var options = services.GetRequiredService<IOptions<CustomerProfilesWebOptions>>().Value;
        var all = endpoints.MapGroup(pattern);
        AssetEndpoints.Map(all.MapGroup("").AllowAnonymous().ExcludeFromDescription());
        ReadEndpoints.Map(GroupOf(all, options.ReadPolicy!, services));
        if (options.EditPolicy is { } edit)
        {
            var group = GroupOf(all, edit, services);
            CreateEndpoints.Map(group);
            EditEndpoints.Map(group);
        }

        if (options.HistoryPolicy is { } history)
        {
            HistoryEndpoints.Map(GroupOf(all, history, services));
            if (options.EditPolicy is { } revert)
            {
                RevertEndpoints.Map(GroupOf(all, history, services).RequireAuthorization(revert));
            }
        }

        if (options.MergePolicy is { } merge)
        {
            MergeEndpoints.Map(GroupOf(all, merge, services));
        }

        if (options.AdministerPolicy is { } administer)
        {
            var group = GroupOf(all, administer, services);
            AdministerEndpoints.Map(group);
            CheckNowEndpoints.Map(group);
            ExportEndpoints.Map(group);
            EraseEndpoints.Map(group);
        }

        return all;
    }

    private static RouteGroupBuilder GroupOf(RouteGroupBuilder all, string policy, IServiceProvider services)
    {
        var group = all.MapGroup("").RequireAuthorization(policy).DisableCookieRedirect();
        group.WithTags("Customer profiles").WithHttpLogging(HttpLoggingFields.None);
        group.AddEndpointFilter(services.GetRequiredService<RequestGuard>());
        group.ProducesProblems(
            StatusCodes.Status400BadRequest,
            StatusCodes.Status403Forbidden,
            StatusCodes.Status503ServiceUnavailable
        );
        ((IEndpointConventionBuilder)group).Finally(RefuseAnonymous);
        return group;
    }

    private static void RefuseAnonymous(EndpointBuilder endpoint)
    {
        if (endpoint.Metadata.OfType<IAllowAnonymous>().Any())
        {
            throw new InvalidOperationException(
                $"The endpoint \"{endpoint.DisplayName}\" shows customer profiles and would allow anonymous requests. "
                    + "Take AllowAnonymous away, or name a policy in CustomerProfilesWebOptions that lets them pass."
            );
        }
    }
}
